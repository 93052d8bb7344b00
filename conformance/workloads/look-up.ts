/** Looks into objects whose types nobody knows. */
import type { Json, JsonObject } from '../differential/case.ts';

/** What is at a path of keys and numbers, such as "status.conditions". */
export function at(object: Json | undefined, path: string): Json | undefined {
  let found: Json | undefined = object;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Array.isArray(found) ? found[Number(key)] : Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

export function hasCondition(
  object: JsonObject | undefined,
  type: string,
  more: JsonObject = { status: 'True' },
): boolean {
  const conditions = (at(object, 'status.conditions') ?? []) as JsonObject[];
  return conditions.some(
    (condition) => condition.type === type && Object.entries(more).every(([key, value]) => condition[key] === value),
  );
}
