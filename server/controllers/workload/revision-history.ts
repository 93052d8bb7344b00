/** Templates as they were, each a ControllerRevision: what rollout history shows and undo goes back to. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { ControllerRevision, PodTemplateSpec } from '../../client/api-types.ts';
import { goJson } from './go-json.ts';

/** Applied to the owner, it brings the template back. Its keys are in Go's order: there are clients that compare the text. */
export function templatePatch(template: PodTemplateSpec | undefined): object {
  return JSON.parse(goJson({ spec: { template: { ...(template as JsonObject), $patch: 'replace' } } })) as object;
}

export function holdsTemplate({ data }: ControllerRevision, template: PodTemplateSpec | undefined): boolean {
  return jsonEquals((data ?? null) as JsonValue, templatePatch(template) as unknown as JsonValue);
}

export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  const [first, second] = [a.metadata, b.metadata];
  return (
    a.revision - b.revision ||
    compareText(first.creationTimestamp ?? '', second.creationTimestamp ?? '') ||
    compareText(first.name ?? '', second.name ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function newestRevision(revisions: readonly ControllerRevision[]): number {
  return Math.max(0, ...revisions.map(({ revision }) => revision));
}
