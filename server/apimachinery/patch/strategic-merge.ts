/**
 * Strategic merge patch: a merge patch that knows, from the schema, which lists are merged by key and which are replaced.
 * Neither argument is changed, and what the patch does not touch is shared with the original.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { type FieldSchema, Kind, type Schema } from '../schema/type-schema.ts';
import { getKey, setKey, withoutKey, withoutKeys } from './edit-object.ts';
import { mergeList, orderByElementOrder } from './strategic-merge-list.ts';
import {
  DELETE_FROM_LIST_PREFIX,
  directiveTarget,
  ELEMENT_ORDER_PREFIX,
  PATCH_DIRECTIVE,
  RETAIN_KEYS_DIRECTIVE,
  withoutDirectives,
} from './strategic-merge-directives.ts';
import {
  newBadElementOrder,
  newBadPrimitiveList,
  newBadRetainKeys,
  newPatchError,
  newUnknownDirective,
  newWrongType,
} from './strategic-merge-errors.ts';

const RETAIN_KEYS_STRATEGY = 'retainKeys';
const NO_KEYS: ReadonlySet<string> = new Set();

/** Throws a StatusError (400, 422 or a bare 500, as upstream) for a patch that cannot be applied. */
export function applyStrategicMergePatch(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return mergeMap(original, patch, schema);
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, PATCH_DIRECTIVE)) return applyPatchDirective(patch);
  const merged: JsonObject = { ...retainedKeys(original, patch) };
  const removed = new Set<string>();
  const keys = Object.keys(patch);
  const ordered = keys.some((key) => key.startsWith('$')) ? applyElementOrders(merged, patch, schema) : NO_KEYS;
  for (const key of keys) {
    if (ordered.has(key) || key === RETAIN_KEYS_DIRECTIVE || key.startsWith(ELEMENT_ORDER_PREFIX)) continue;
    const deletesFromList = key.startsWith(DELETE_FROM_LIST_PREFIX);
    const target = deletesFromList ? directiveTarget(key, DELETE_FROM_LIST_PREFIX) : key;
    if (target === undefined) throw newBadPrimitiveList();
    const value = getKey(patch, key) ?? null;
    const current = getKey(merged, target);
    const next = value === null ? undefined : mergeValue(current, value, target, schema, deletesFromList);
    if (next !== undefined) setKey(merged, target, next);
    else if (Object.hasOwn(merged, target)) removed.add(target);
  }
  return removed.size === 0 ? merged : withoutKeys(merged, removed);
}

/** The new value of a key, or undefined where the patch removes it. */
function mergeValue(
  current: JsonValue | undefined,
  patch: JsonValue,
  key: string,
  schema: Schema,
  deletesFromList: boolean,
): JsonValue | undefined {
  if (Array.isArray(current) && Array.isArray(patch)) {
    const field = listField(schema, key);
    if (deletesFromList || strategyOf(field) === 'merge') {
      const options = { mergeKey: field.patchMergeKey ?? '', element: elementOf(field.schema), deletesFromList };
      return mergeList(current, patch, { ...options, mergeMap });
    }
    return patch;
  }
  if (deletesFromList) return current;
  if (isJsonObject(current) && isJsonObject(patch)) {
    const field = fieldOf(schema, key);
    return strategyOf(field) === 'replace' ? patch : mergeMap(current, patch, field.schema);
  }
  return withoutDirectives(patch);
}

function applyPatchDirective(patch: JsonObject): JsonObject {
  const directive = patch[PATCH_DIRECTIVE];
  if (directive === 'replace') return withoutKey(patch, PATCH_DIRECTIVE);
  if (directive === 'delete') return {};
  throw newUnknownDirective(directive, patch);
}

/** The original, cut down to the keys of $retainKeys, which must name every key that the patch sets. */
function retainedKeys(original: JsonObject, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, RETAIN_KEYS_DIRECTIVE)) return original;
  const list = patch[RETAIN_KEYS_DIRECTIVE];
  if (!Array.isArray(list)) throw newBadRetainKeys();
  const retained = new Set(list);
  for (const key of Object.keys(patch)) {
    const isDirective =
      key === RETAIN_KEYS_DIRECTIVE || key.startsWith(DELETE_FROM_LIST_PREFIX) || key.startsWith(ELEMENT_ORDER_PREFIX);
    if (!isDirective && getKey(patch, key) !== null && !retained.has(key)) throw newBadRetainKeys();
  }
  const kept: JsonObject = {};
  for (const key of Object.keys(original)) if (retained.has(key)) setKey(kept, key, getKey(original, key));
  return kept;
}

/**
 * Merges the lists for which the patch gives an order, and puts them into `merged`. Returns the keys that are done: they
 * must not be merged again.
 */
function applyElementOrders(merged: JsonObject, patch: JsonObject, schema: Schema): ReadonlySet<string> {
  const done = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER_PREFIX)) continue;
    const order = getKey(patch, key);
    if (!Array.isArray(order)) throw newWrongType('list', order);
    const name = directiveTarget(key, ELEMENT_ORDER_PREFIX);
    if (name === undefined) throw newBadElementOrder();
    const current = getKey(merged, name);
    const patched = getKey(patch, name);
    if (current !== undefined && !Array.isArray(current)) throw newWrongType('list', current);
    if (patched !== undefined && !Array.isArray(patched)) throw newWrongType('list', patched);
    const field = listField(schema, name);
    const list = orderByElementOrder(current, patched, order, {
      mergeKey: field.patchMergeKey ?? '',
      element: elementOf(field.schema),
      replaces: strategyOf(field) !== 'merge',
      deletesFromList: false,
      mergeMap,
    });
    if (list === undefined) continue;
    setKey(merged, name, list);
    done.add(name);
  }
  return done;
}

function strategyOf(field: FieldSchema): string {
  return field.patchStrategy.find((strategy) => strategy !== RETAIN_KEYS_STRATEGY) ?? '';
}

/** The schema of a member that both sides have; only structs know their members, and merging needs to know. */
function fieldOf(schema: Schema, key: string): FieldSchema {
  if (schema.kind === Kind.map || schema.kind === Kind.list || schema.kind === Kind.any) {
    throw newPatchError(`merging an object in json but data type is not struct, instead is: ${goKind(schema)}`);
  }
  const field = schema.kind === Kind.struct ? schema.byName.get(key) : undefined;
  if (field !== undefined) return field;
  const name = schema.goType.slice(schema.goType.lastIndexOf('.') + 1);
  throw newPatchError(`unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`);
}

function listField(schema: Schema, key: string): FieldSchema {
  const field = fieldOf(schema, key);
  if (field.schema.kind === Kind.list || field.pointer) return field;
  throw newPatchError('expected slice or array type, but got: struct');
}

function elementOf(schema: Schema): Schema {
  return schema.kind === Kind.list ? schema.element : schema;
}

function goKind(schema: Schema): string {
  return schema.kind === Kind.map ? 'map' : schema.kind === Kind.list ? 'slice' : 'interface';
}
