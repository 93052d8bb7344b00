/** What a storage version migration says of itself, and which of several is next. Pure. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { StorageVersionMigration } from '../../client/api-types.ts';

export type ConditionType = 'Running' | 'Succeeded' | 'Failed';

export function isTrue({ status }: StorageVersionMigration, type: ConditionType): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
}

export function isOver(migration: StorageVersionMigration): boolean {
  return isTrue(migration, 'Succeeded') || isTrue(migration, 'Failed');
}

/** "deployments.apps" */
export function resourceOf({ spec }: StorageVersionMigration): string {
  const { group = '', resource } = spec?.resource ?? { resource: '' };
  return group === '' ? resource : `${resource}.${group}`;
}

/** One at a time for each resource, in the order in which they were asked for. */
export function nextOf(all: readonly StorageVersionMigration[]): StorageVersionMigration | undefined {
  const waiting = all.filter((migration) => !isOver(migration));
  const order = ({ metadata }: StorageVersionMigration) => `${metadata.creationTimestamp} ${metadata.name}`;
  return (
    waiting.find((migration) => isTrue(migration, 'Running')) ??
    waiting.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))[0]
  );
}

export interface Said {
  readonly type: ConditionType;
  readonly status?: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The conditions with this one, which takes the place of an earlier one of its type. */
export function withCondition(
  { status, metadata }: StorageVersionMigration,
  { type, status: is = 'True', reason, message }: Said,
  now: number,
) {
  const others = (status?.conditions ?? []).filter((each) => each.type !== type);
  const observedGeneration = metadata.generation ?? 0;
  const condition = { type, status: is, reason, message, observedGeneration, lastTransitionTime: formatTime(now) };
  return [...others, condition];
}
