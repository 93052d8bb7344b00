/** JSON merge patch (RFC 7386) with the deviations of the Go library that kube-apiserver uses. */
import { newBadRequest } from '../errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { getKey, inKeyOrder, setKey } from './edit-object.ts';
import { jsonTypeName } from './go-value.ts';

/**
 * The body of a merge patch, already parsed, as an object. Throws the 400 that kube-apiserver answers; `lenient` is
 * fieldValidation=Ignore, where another decoder speaks. (Upstream lets a list pass there and fails later on the result.)
 */
export function decodeMergePatch(body: JsonValue, options: { lenient?: boolean } = {}): JsonObject {
  if (isJsonObject(body)) return body;
  if (body === null || options.lenient === true) throw newBadRequest('Invalid JSON Patch');
  throw newBadRequest(
    `error decoding patch: json: cannot unmarshal ${jsonTypeName(body)} into Go value of type map[string]interface {}`,
  );
}

/** The patched object. Neither argument is changed; what the patch does not touch is shared with `original`. */
export function applyMergePatch(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = Object.keys(patch);
  const merged = keys.some((key) => patch[key] === null && Object.hasOwn(original, key))
    ? withoutNulledKeys(original, patch)
    : { ...original };
  for (const key of keys) {
    const value = patch[key];
    if (value === null || value === undefined) continue;
    const current = getKey(original, key);
    setKey(merged, key, mergeValue(current, value));
  }
  return inKeyOrder(merged);
}

function mergeValue(current: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (typeof patch !== 'object' || patch === null) return patch;
  if (!isJsonObject(current)) return pruneNulls(patch);
  // A list that replaces an object keeps the nulls inside it, one that replaces anything else does not: upstream's rule.
  return isJsonObject(patch) ? applyMergePatch(current, patch) : patch;
}

function withoutNulledKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(original)) {
    if (getKey(patch, key) !== null) setKey(copy, key, original[key]);
  }
  return copy;
}

/** Without null members of objects, at any depth; nulls that are elements of a list stay. */
function pruneNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(pruneNulls);
  if (!isJsonObject(value)) return value;
  const pruned: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== null && member !== undefined) setKey(pruned, key, pruneNulls(member));
  }
  return pruned;
}
