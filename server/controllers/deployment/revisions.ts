/** Numbers and annotations that say which replica set came when: what rollout history and undo read. */
import type { Deployment, ReplicaSet } from '../../client/api-types.ts';
import { maxReplicas, replicasOf } from './rolling-limits.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
export const rollbackAnnotation = 'deprecated.deployment.rollback.to';

/** Characters that the history of one replica set may have. */
const HISTORY_LENGTH = 2000;

type Annotations = { [key: string]: string };

const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  rollbackAnnotation,
]);

/** 0: it has none; undefined: what it has is no number. */
export function revisionOf({ metadata }: ReplicaSet): number | undefined {
  return parseRevision(metadata.annotations?.[revisionAnnotation]);
}

export function parseRevision(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}

export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map((each) => revisionOf(each) ?? 0)) + 1;
}

/** The second newest; 0: there is none. */
export function previousRevision(all: readonly ReplicaSet[]): number {
  const revisions = all.flatMap((each) => revisionOf(each) ?? []).toSorted((a, b) => b - a);
  return Math.max(0, revisions[1] ?? 0);
}

/** The annotations that the deployment's current replica set has to have. */
export function annotationsOfNew(
  replicaSet: ReplicaSet,
  { deployment, revision, exists }: { deployment: Deployment; revision: number; exists: boolean },
): Annotations {
  const annotations: Annotations = { ...replicaSet.metadata.annotations };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(key)) annotations[key] = value;
  }
  const had = annotations[revisionAnnotation];
  const before = had === '' ? 0 : parseRevision(had);
  if (before === undefined) return annotations;
  if (before < revision) {
    annotations[revisionAnnotation] = String(revision);
    if (had !== undefined) annotations[historyAnnotation] = appendToHistory(annotations[historyAnnotation] ?? '', had);
  }
  return exists ? annotations : { ...annotations, ...sizeAnnotations(deployment) };
}

function appendToHistory(history: string, revision: string): string {
  if (history === '') return revision;
  const kept = history.split(',');
  while (kept.length > 0 && [...kept, revision].join(',').length > HISTORY_LENGTH) kept.shift();
  return [...kept, revision].join(',');
}

/** For which size of the deployment a replica set was scaled: how it is known later that this has changed. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  return { [desiredAnnotation]: String(replicasOf(deployment)), [maxAnnotation]: String(maxReplicas(deployment)) };
}

/** undefined: there is none, or no number. */
export function sizeAnnotation({ metadata }: ReplicaSet, key: string): number | undefined {
  const text = metadata.annotations?.[key];
  return text !== undefined && /^[0-9]+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

/** The deployment's after it went back to a replica set: its own bookkeeping, everything else as it was then. */
export function annotationsAfterRollback(deployment: Deployment, to: ReplicaSet): Annotations {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => notCopied.has(key));
  const then = Object.entries(to.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  return Object.fromEntries([...own, ...then]);
}
