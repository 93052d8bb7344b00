/** The replica sets of a deployment: which has its template, and in what order they stand. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../client/api-types.ts';
import { replicasOf } from './rolling-limits.ts';

export const hashLabel = 'pod-template-hash';

export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { metadata, ...rest } = template ?? {};
  if (metadata === undefined) return rest;
  const { labels, ...others } = metadata;
  const { [hashLabel]: _, ...kept } = labels ?? {};
  return { ...rest, metadata: Object.keys(kept).length === 0 ? others : { ...others, labels: kept } };
}

export function isSameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return jsonEquals(withoutHash(a), withoutHash(b));
}

/** The oldest of those that have the template: should there be several, every round must choose the same one. */
export function findNewReplicaSet({ spec }: Deployment, all: readonly ReplicaSet[]): ReplicaSet | undefined {
  return all.toSorted(byCreation).find((each) => isSameTemplate(each.spec?.template, spec?.template));
}

type Comparison = (a: ReplicaSet, b: ReplicaSet) => number;

export const byCreation: Comparison = (a, b) =>
  compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
  compareText(a.metadata.name ?? '', b.metadata.name ?? '');

export const bySizeOlderFirst: Comparison = (a, b) => replicasOf(b) - replicasOf(a) || byCreation(a, b);
export const bySizeNewerFirst: Comparison = (a, b) => replicasOf(b) - replicasOf(a) || byCreation(b, a);

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isActive(replicaSet: ReplicaSet): boolean {
  return replicasOf(replicaSet) > 0;
}

export function sum(
  replicaSets: readonly ReplicaSet[],
  countOf: (replicaSet: ReplicaSet) => number | undefined,
): number {
  return replicaSets.reduce((total, each) => total + (countOf(each) ?? 0), 0);
}
