/**
 * JSON patch (RFC 6902) by the rules of the Go library that kube-apiserver uses: negative indices count from the end,
 * "replace" may set a missing member, "copy" of a missing member gives null. The original is never changed; containers
 * are copied when first touched, so that a failing patch leaves nothing behind and the rest is shared.
 */
import { jsonEquals } from '../json-equals.ts';
import { goQuote } from '../errors/field-error.ts';
import { failure, type StatusError } from '../errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { JsonPatchOperation } from './decode-json-patch.ts';
import { getKey, inKeyOrder, setKey, withoutKey } from './edit-object.ts';

/** Bytes of JSON that the "copy" operations of one patch may add: a small patch could otherwise double an object often. */
export const MAX_JSON_PATCH_COPY_BYTES = 3 * 1024 * 1024;

type Container = JsonObject | JsonValue[];

/** Throws 422 when an operation fails: like upstream it does not tell the client which (`cause` does). */
export function applyJsonPatch(original: JsonObject, operations: readonly JsonPatchOperation[]): JsonValue {
  try {
    return runJsonPatch(original, operations);
  } catch (error) {
    if (error instanceof OperationFailed) throw rejected(error);
    throw error;
  }
}

/** @throws OperationFailed */
export function runJsonPatch(original: JsonObject, operations: readonly JsonPatchOperation[]): JsonValue {
  const patching = new JsonPatching(original);
  for (const operation of operations) patching.apply(operation);
  return patching.inOrder(patching.document);
}

/** In the words of upstream's library, which shows them to those who patch as admission webhooks and policies. */
export class OperationFailed extends Error {
  override name = 'OperationFailed';
  /** A "test" did not hold. */
  readonly isTest: boolean;
  constructor(message: string, isTest = false) {
    super(message);
    this.isTest = isTest;
  }
}

function rejected(cause: OperationFailed): StatusError {
  return failure({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
    cause,
  });
}

class JsonPatching {
  document: Container;
  /** Containers made by this patch: only these may be changed in place. */
  private owned = new Set<Container>();
  /** Those of the original that were looked into, and those made by this patch: upstream writes them as maps. */
  private readonly reached = new Set<Container>();
  private copyBudget = MAX_JSON_PATCH_COPY_BYTES;

  constructor(original: JsonObject) {
    this.document = original;
  }

  apply(operation: JsonPatchOperation): void {
    switch (operation.op) {
      case 'add':
        return this.add(text(operation.path, 'add operation failed to decode path'), operation.value ?? null);
      case 'remove':
        return this.remove(text(operation.path, 'remove operation failed to decode path'));
      case 'replace':
        return this.replace(pathOf(operation, 'replace'), operation.value ?? null);
      case 'move':
        return this.move(operation);
      case 'test':
        return this.test(pathOf(operation, 'test'), operation.value ?? null);
      case 'copy':
        return this.copy(fromOf(operation, 'copy'), text(operation.path, 'copy operation failed to decode path'));
      default:
        throw new OperationFailed(`Unexpected kind: ${typeof operation.op === 'string' ? operation.op : 'unknown'}`);
    }
  }

  /** Objects that the patch reached into have their keys in order; the rest is as it was. */
  inOrder(container: Container): Container {
    if (!this.reached.has(container)) return container;
    const inner = (value: JsonValue | undefined) => (isContainer(value) ? this.inOrder(value) : value);
    if (Array.isArray(container)) return container.map((item) => inner(item) ?? null);
    const ordered: JsonObject = {};
    for (const key of Object.keys(container)) setKey(ordered, key, inner(container[key]));
    return inKeyOrder(ordered);
  }

  private add(path: string, value: JsonValue): void {
    const missing = `add operation does not apply: doc is missing path: "${path}"`;
    this.insert(path, value, { missing, refused: `error in add for path: '${path}'` });
  }

  private insert(path: string, value: JsonValue, { missing, refused }: { missing: string; refused: string }): void {
    const { container, key } = this.editable(path, missing);
    if (!Array.isArray(container)) return setKey(container, key, value);
    const { length } = container;
    container.splice(key === '-' ? length : insertionIndex(key, length + 1, refused), 0, value);
  }

  private remove(path: string): void {
    const missing = `remove operation does not apply: doc is missing path: "${path}"`;
    this.take(path, { missing, refused: `error in remove for path: '${path}'` });
  }

  private take(path: string, { missing, refused }: { missing: string; refused: string }): void {
    const tokens = parsePointer(path, missing);
    const parent = this.find(tokens, missing);
    const key = tokens[tokens.length - 1] ?? '';
    if (Array.isArray(parent)) {
      const index = arrayIndex(key, parent.length, refused);
      const { container } = this.editable(path, missing);
      if (Array.isArray(container)) container.splice(index, 1);
    } else {
      if (!Object.hasOwn(parent, key)) {
        throw new OperationFailed(`${refused}: Unable to remove nonexistent key: ${key}: ${MISSING}`);
      }
      // In place only from the second removal on: many removals from a large object must not copy it each time.
      if (this.owned.has(parent)) delete parent[key];
      else this.replaceContainer(tokens.slice(0, -1), withoutKey(parent, key));
    }
  }

  private replace(path: string, value: JsonValue): void {
    if (path === '') {
      if (!isContainer(value)) throw new OperationFailed('replace operation value must be object or array: %!w(<nil>)');
      this.document = value;
      return;
    }
    const { container, key } = this.editable(path, `replace operation does not apply: doc is missing path: ${path}`);
    if (!Array.isArray(container)) return setKey(container, key, value);
    const index = indexOf(key, container.length);
    if (typeof index === 'string') {
      throw new OperationFailed(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`);
    }
    container[index] = value;
  }

  private move(operation: JsonPatchOperation): void {
    const from = fromOf(operation, 'move');
    const missing = `move operation does not apply: doc is missing from path: ${from}`;
    const refused = `error in move for path: '${parsePointer(from, missing).at(-1) ?? ''}'`;
    const value = this.get(from, { missing, refused });
    this.take(from, { missing, refused });
    const path = pathOf(operation, 'move');
    this.insert(path, value ?? null, {
      missing: `move operation does not apply: doc is missing destination path: ${path}`,
      refused: `error in move for path: '${path}'`,
    });
  }

  private test(path: string, expected: JsonValue): void {
    const missing = `test operation does not apply: is missing path: ${path}`;
    const found = () => this.get(path, { missing, refused: `error in test for path: '${path}'` });
    const actual = path === '' ? this.document : (found() ?? null);
    if (!jsonEquals(actual, expected)) throw new OperationFailed(`testing value ${path} failed: test failed`, true);
  }

  private copy(from: string, path: string): void {
    const missing = `copy operation does not apply: doc is missing from path: ${from}`;
    const value = this.get(from, { missing, refused: `error in copy for from: '${from}'` }) ?? null;
    const size = jsonSize(value, this.copyBudget);
    this.copyBudget -= size;
    if (this.copyBudget < 0) {
      const limit = MAX_JSON_PATCH_COPY_BYTES;
      const total = limit - this.copyBudget;
      throw new OperationFailed(
        `Unable to complete the copy, the accumulated size increase of copy is ${total}, exceeding the limit ${limit}`,
      );
    }
    // The value is about to have two places: nothing in it may be changed in place any more.
    this.owned = new Set();
    this.insert(path, value, {
      missing: `copy operation does not apply: doc is missing destination path: ${path}`,
      refused: 'error while adding value during copy',
    });
  }

  private get(path: string, { missing, refused }: { missing: string; refused: string }): JsonValue | undefined {
    const tokens = parsePointer(path, missing);
    const container = this.find(tokens, missing);
    const key = tokens[tokens.length - 1] ?? '';
    return Array.isArray(container) ? container[arrayIndex(key, container.length, refused)] : getKey(container, key);
  }

  /** The container that holds the last token. */
  private find(tokens: readonly string[], missing: string): Container {
    let container = this.document;
    this.reached.add(container);
    for (let index = 0; index < tokens.length - 1; index++) {
      container = child(container, tokens[index] ?? '', missing);
      this.reached.add(container);
    }
    return container;
  }

  /** The container that holds the last token, and every container above it, made our own. */
  private editable(path: string, missing: string): { container: Container; key: string } {
    const tokens = parsePointer(path, missing);
    let container = this.own(this.document);
    this.document = container;
    for (let index = 0; index < tokens.length - 1; index++) {
      const token = tokens[index] ?? '';
      const next = this.own(child(container, token, missing));
      setChild(container, token, next);
      container = next;
    }
    return { container, key: tokens[tokens.length - 1] ?? '' };
  }

  private own(container: Container): Container {
    if (this.owned.has(container)) return container;
    const copy = Array.isArray(container) ? container.slice() : { ...container };
    this.owned.add(copy);
    this.reached.add(copy);
    return copy;
  }

  private replaceContainer(tokens: readonly string[], replacement: JsonObject): void {
    this.owned.add(replacement);
    this.reached.add(replacement);
    if (tokens.length === 0) {
      this.document = replacement;
      return;
    }
    const path = tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const { container, key } = this.editable(path, '');
    setChild(container, key, replacement);
  }
}

function isContainer(value: JsonValue | undefined): value is Container {
  return Array.isArray(value) || isJsonObject(value);
}

function child(container: Container, token: string, missing: string): Container {
  const index = Array.isArray(container) ? indexOf(token, container.length) : '';
  const value = Array.isArray(container)
    ? typeof index === 'number'
      ? container[index]
      : undefined
    : getKey(container, token);
  if (!isContainer(value)) throw new OperationFailed(`${missing}: ${MISSING}`);
  return value;
}

/** Of a child that is there. */
function setChild(container: Container, token: string, value: JsonValue): void {
  if (Array.isArray(container)) container[Number(indexOf(token, container.length))] = value;
  else setKey(container, token, value);
}

const MISSING = 'missing value';

function text(value: JsonValue | undefined, problem: string): string {
  if (typeof value !== 'string') throw new OperationFailed(`${problem}: ${MISSING}`);
  return value;
}

function pathOf({ path }: JsonPatchOperation, op: string): string {
  return text(path, `${op} operation failed to decode path: operation missing path field`);
}

function fromOf({ from }: JsonPatchOperation, op: string): string {
  return text(from, `${op} operation failed to decode from: operation, missing from field`);
}

/** Tokens of a pointer; whatever stands before its first slash is ignored, as upstream ignores it. */
function parsePointer(path: string, missing: string): string[] {
  const tokens = path.split('/');
  if (tokens.length < 2) throw new OperationFailed(`${missing}: ${MISSING}`);
  tokens.shift();
  if (!path.includes('~')) return tokens;
  return tokens.map((token) => token.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~')));
}

/** An index below `length`, negative ones count from the end; a text: what is wrong. */
function indexOf(token: string, length: number): number | string {
  if (!/^[+-]?[0-9]+$/.test(token)) return `strconv.Atoi: parsing ${goQuote(token)}: invalid syntax`;
  const index = Number(token);
  if (index >= length || index < -length) {
    return `Unable to access invalid index: ${index}: invalid index referenced`;
  }
  return index < 0 ? index + length : index + 0;
}

function arrayIndex(token: string, length: number, refused: string): number {
  const index = indexOf(token, length);
  if (typeof index === 'string') throw new OperationFailed(`${refused}: ${index}`);
  return index;
}

function insertionIndex(token: string, length: number, refused: string): number {
  const isNumber = /^[+-]?[0-9]+$/.test(token);
  return arrayIndex(token, length, isNumber ? refused : `${refused}: value was not a proper array index: '${token}'`);
}

/** Length of the JSON text, about; counting stops above `limit`, since shared parts may make the text enormous. */
function jsonSize(value: JsonValue | undefined, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (!isContainer(value)) return 5;
  let size = 2;
  if (Array.isArray(value)) {
    for (const element of value) {
      size += 1 + jsonSize(element, limit - size);
      if (size > limit) return size;
    }
    return size;
  }
  for (const key of Object.keys(value)) {
    size += key.length + 4 + jsonSize(value[key], limit - size);
    if (size > limit) return size;
  }
  return size;
}
