/** Status conditions: lists of {type, status, reason, message}, looked up by type. */
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import { fieldsOf, isMessage, itemsOf } from './json-reading.ts';

/** The first condition of a type. */
export function findCondition(conditions: JsonValue | undefined, type: string): JsonObject | undefined {
  for (const item of itemsOf(conditions)) if (isMessage(item) && item.type === type) return item;
  return undefined;
}

/** The last condition of a type: what upstream sees where it puts conditions into a map. */
export function findLastCondition(conditions: JsonValue | undefined, type: string): JsonObject | undefined {
  const last = itemsOf(conditions).findLast((item) => fieldsOf(item).type === type);
  return isMessage(last) ? last : undefined;
}

/** Whether the first condition of the type is "True". */
export function isConditionTrue(conditions: JsonValue | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}
