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

/** 0: it has none; undefined: what it has is no number. 64 bits, which clients do use. */
export function revisionOf({ metadata }: ReplicaSet): bigint | undefined {
  return parseRevision(metadata.annotations?.[revisionAnnotation]);
}

export function parseRevision(text: string | undefined): bigint | undefined {
  if (text === undefined) return 0n;
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const revision = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, revision) === revision ? revision : undefined;
}

export function compareRevisions(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function nextRevision(old: readonly ReplicaSet[]): bigint {
  const newest =
    old
      .map((each) => revisionOf(each) ?? 0n)
      .toSorted(compareRevisions)
      .at(-1) ?? 0n;
  return (newest > 0n ? newest : 0n) + 1n;
}

/** The second newest; 0: there is none. */
export function previousRevision(all: readonly ReplicaSet[]): bigint {
  const second =
    all
      .flatMap((each) => revisionOf(each) ?? [])
      .toSorted(compareRevisions)
      .at(-2) ?? 0n;
  return second > 0n ? second : 0n;
}

/** The annotations that the deployment's current replica set has to have. */
export function annotationsOfNew(
  replicaSet: ReplicaSet,
  { deployment, revision, exists }: { deployment: Deployment; revision: bigint; exists: boolean },
): Annotations {
  const annotations: Annotations = { ...replicaSet.metadata.annotations };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(key)) annotations[key] = value;
  }
  const had = annotations[revisionAnnotation];
  const before = had === '' ? 0n : parseRevision(had);
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
