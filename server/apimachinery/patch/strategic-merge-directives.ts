/** The keys by which a strategic merge patch gives orders instead of values. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { getKey, setKey } from './edit-object.ts';

/** "replace" or "delete" for the map it stands in; in an element of a list also for the list. */
export const PATCH_DIRECTIVE = '$patch';
/** The only keys that the map may have afterwards. */
export const RETAIN_KEYS_DIRECTIVE = '$retainKeys';
/** Followed by "/" and the name of the list whose order it gives. */
export const ELEMENT_ORDER_PREFIX = '$setElementOrder';
/** Followed by "/" and the name of the list whose elements it removes. */
export const DELETE_FROM_LIST_PREFIX = '$deleteFromPrimitiveList';

export function hasPatchDirective(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Object.hasOwn(value, PATCH_DIRECTIVE);
}

/** The name of the list that a directive key speaks of; undefined if the key is not "<prefix>/<name>". */
export function directiveTarget(key: string, prefix: string): string | undefined {
  return key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined;
}

/**
 * A value of a patch that has nothing to merge into: every map in it that holds a $patch directive is dropped, and unless
 * nulls are kept every null member. Undefined means that the value itself is such a map. Shared where nothing is dropped.
 */
export function withoutDirectives(value: JsonValue, options: { keepNulls?: boolean } = {}): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const kept = value.map((element) => withoutDirectives(element, options));
    return kept.every((element, index) => element === value[index]) ? value : kept.filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, PATCH_DIRECTIVE)) return undefined;
  let changed = false;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = getKey(value, key) ?? null;
    const kept = member === null && options.keepNulls !== true ? undefined : withoutDirectives(member, options);
    if (kept !== member) changed = true;
    if (kept !== undefined) setKey(copy, key, kept);
  }
  return changed ? copy : value;
}
