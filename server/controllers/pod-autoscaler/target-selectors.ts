/** Which pods each autoscaler acts on, as last seen: two on the same pods would undo each other's work. */
import { type LabelSelector, parseLabelSelector } from '../../apimachinery/labels/selector.ts';
import type { Pod } from '../../client/api-types.ts';
import { splitKey } from '../../client/lister.ts';

export class TargetSelectors {
  /** By the autoscaler's key. */
  readonly #selectors = new Map<string, { readonly text: string; readonly selector: LabelSelector }>();

  set(key: string, text: string): void {
    if (this.#selectors.get(key)?.text === text) return;
    this.#selectors.set(key, { text, selector: parseLabelSelector(text) });
  }

  delete(key: string): void {
    this.#selectors.delete(key);
  }

  /** Autoscalers of any of the pods, as upstream prints them: "{name namespace}". */
  among(pods: readonly Pod[], namespace: string): string[] {
    const found: string[] = [];
    for (const [key, { selector }] of this.#selectors) {
      const { namespace: own, name } = splitKey(key);
      if (own !== namespace || !pods.some(({ metadata }) => selector.matches(metadata.labels))) continue;
      found.push(`{${name} ${namespace}}`);
    }
    return found.toSorted();
  }
}
