/** What a write of a pod's status has to say: only what differs from what the API has. */
import { jsonEquals } from '../apimachinery/json-equals.ts';
import type { JsonValue } from '../apimachinery/json.ts';
import type { PodStatus } from '../client/api-types.ts';
import { passingConditions } from './pod-conditions.ts';

/** What the kubelet takes away where it has nothing to say; everything else that it does not name belongs to others. */
const removable = ['reason', 'message', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** Of a strategic merge patch: conditions are merged by type, lists of containers replaced. Undefined: there is nothing to write. */
export function statusPatch(before: PodStatus, after: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after) as [keyof PodStatus, unknown][]) {
    if (key === 'conditions') continue;
    if (same(before[key], value)) continue;
    // Merged by address, an old one would stay beside the new one.
    const isMerged = (key === 'podIPs' || key === 'hostIPs') && Array.isArray(value) && before[key] !== undefined;
    patch[key] = isMerged ? [{ $patch: 'replace' }, ...(value as unknown[])] : value;
  }
  for (const key of removable) if (before[key] !== undefined && after[key] === undefined) patch[key] = null;
  const conditions = (after.conditions ?? []).flatMap((condition) => {
    const present = before.conditions?.find(({ type }) => type === condition.type);
    if (same(present, condition)) return [];
    const removed = (['reason', 'message'] as const).filter(
      (key) => present?.[key] !== undefined && condition[key] === undefined,
    );
    return [{ ...condition, ...Object.fromEntries(removed.map((key) => [key, null])) }];
  });
  for (const { type } of before.conditions ?? []) {
    const isOver = passingConditions.includes(type) && after.conditions?.some((each) => each.type === type) === false;
    if (isOver) conditions.push({ $patch: 'delete', type } as never);
  }
  if (conditions.length > 0) patch.conditions = conditions;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function same(a: unknown, b: unknown): boolean {
  return jsonEquals(stripped(a) as JsonValue, stripped(b) as JsonValue);
}

/** Null and absent are the same to the API. */
function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, stripped(item)]));
}
