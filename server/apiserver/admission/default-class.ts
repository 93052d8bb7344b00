/** Which of several classes marked as default is meant: the newest, then the first by name. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';

export function newestDefault(classes: readonly KubeObject[], annotations: readonly string[]): KubeObject | undefined {
  let best: KubeObject | undefined;
  for (const candidate of classes) {
    const given = candidate.metadata.annotations ?? {};
    if (!annotations.some((annotation) => Object.hasOwn(given, annotation) && given[annotation] === 'true')) continue;
    if (best === undefined || comesBefore(candidate, best)) best = candidate;
  }
  return best;
}

function comesBefore(a: KubeObject, b: KubeObject): boolean {
  const [created, other] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''));
  if (created !== other) return (created ?? 0) > (other ?? 0);
  return (a.metadata.name ?? '') < (b.metadata.name ?? '');
}
