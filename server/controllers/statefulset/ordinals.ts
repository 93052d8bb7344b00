/** Pods of a stateful set are numbered: from its start on, as many as it has replicas. */
import type { Pod, StatefulSet } from '../../client/api-types.ts';

/** "web-3" → web, 3; undefined where a name has no number. */
export function parsePodName(name: string): { readonly parent: string; readonly ordinal: number } | undefined {
  const [, parent, digits] = /^(.*)-([0-9]+)$/.exec(name) ?? [];
  const ordinal = Number(digits);
  return parent === undefined || ordinal >= 2 ** 31 ? undefined : { parent, ordinal };
}

/** -1: it has none. */
export function ordinalOf({ metadata }: Pod): number {
  return parsePodName(metadata.name ?? '')?.ordinal ?? -1;
}

export function podName({ metadata }: StatefulSet, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}

export function isMemberOf({ metadata }: StatefulSet, pod: Pod): boolean {
  return parsePodName(pod.metadata.name ?? '')?.parent === metadata.name;
}

export function startOrdinal({ spec }: StatefulSet): number {
  return spec?.ordinals?.start ?? 0;
}

export function replicasOf({ spec }: StatefulSet): number {
  return spec?.replicas ?? 1;
}

export function isInRange(set: StatefulSet, ordinal: number): boolean {
  return ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + replicasOf(set);
}
