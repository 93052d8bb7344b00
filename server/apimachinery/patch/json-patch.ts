/**
 * JSON patch (RFC 6902) by the rules of the Go library that kube-apiserver uses: negative indices count from the end,
 * "replace" may set a missing member, "copy" of a missing member gives null. The original is never changed; containers
 * are copied when first touched, so that a failing patch leaves nothing behind and the rest is shared.
 */
import { jsonEquals } from '../json-equals.ts';
import { failure, type StatusError } from '../errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { JsonPatchOperation } from './decode-json-patch.ts';
import { getKey, setKey, withoutKey } from './edit-object.ts';

/** Bytes of JSON that the "copy" operations of one patch may add: a small patch could otherwise double an object often. */
export const MAX_JSON_PATCH_COPY_BYTES = 3 * 1024 * 1024;

type Container = JsonObject | JsonValue[];

/** Throws 422 when an operation fails: like upstream it does not tell the client which (`cause` does). */
export function applyJsonPatch(original: JsonObject, operations: readonly JsonPatchOperation[]): JsonValue {
  const patching = new JsonPatching(original);
  try {
    for (const operation of operations) patching.apply(operation);
  } catch (error) {
    if (error instanceof OperationFailed) throw rejected(error);
    throw error;
  }
  return patching.document;
}

class OperationFailed extends Error {
  override name = 'OperationFailed';
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
  private copyBudget = MAX_JSON_PATCH_COPY_BYTES;

  constructor(original: JsonObject) {
    this.document = original;
  }

  apply(operation: JsonPatchOperation): void {
    switch (operation.op) {
      case 'add':
        return this.add(text(operation.path, 'path'), operation.value ?? null);
      case 'remove':
        return this.remove(text(operation.path, 'path'));
      case 'replace':
        return this.replace(text(operation.path, 'path'), operation.value ?? null);
      case 'move':
        return this.move(text(operation.from, 'from'), operation.path);
      case 'test':
        return this.test(text(operation.path, 'path'), operation.value ?? null);
      case 'copy':
        return this.copy(text(operation.from, 'from'), text(operation.path, 'path'));
      default:
        throw new OperationFailed(`unexpected operation: ${JSON.stringify(operation.op)}`);
    }
  }

  private add(path: string, value: JsonValue): void {
    const { container, key } = this.editable(path);
    if (!Array.isArray(container)) return setKey(container, key, value);
    const length = container.length;
    container.splice(key === '-' ? length : arrayIndex(key, length + 1, path), 0, value);
  }

  private remove(path: string): void {
    const tokens = parsePointer(path);
    const parent = this.find(tokens, path);
    const key = tokens[tokens.length - 1] ?? '';
    if (Array.isArray(parent)) {
      const index = arrayIndex(key, parent.length, path);
      const { container } = this.editable(path);
      if (Array.isArray(container)) container.splice(index, 1);
    } else {
      if (!Object.hasOwn(parent, key)) throw new OperationFailed(`nothing to remove at ${path}`);
      // In place only from the second removal on: many removals from a large object must not copy it each time.
      if (this.owned.has(parent)) delete parent[key];
      else this.replaceContainer(tokens.slice(0, -1), withoutKey(parent, key));
    }
  }

  private replace(path: string, value: JsonValue): void {
    if (path === '') {
      if (!isContainer(value)) throw new OperationFailed('the document must be an object or a list');
      this.document = value;
      return;
    }
    const { container, key } = this.editable(path);
    if (Array.isArray(container)) container[arrayIndex(key, container.length, path)] = value;
    else setKey(container, key, value);
  }

  private move(from: string, path: JsonValue | undefined): void {
    const value = this.get(from);
    this.remove(from);
    this.add(text(path, 'path'), value ?? null);
  }

  private test(path: string, expected: JsonValue): void {
    const actual = path === '' ? this.document : (this.get(path) ?? null);
    if (!jsonEquals(actual, expected)) throw new OperationFailed(`the test of ${path} failed`);
  }

  private copy(from: string, path: string): void {
    const value = this.get(from) ?? null;
    this.copyBudget -= jsonSize(value, this.copyBudget);
    if (this.copyBudget < 0) throw new OperationFailed('copies add more bytes than a patch may add');
    // The value is about to have two places: nothing in it may be changed in place any more.
    this.owned = new Set();
    this.add(path, value);
  }

  private get(path: string): JsonValue | undefined {
    const tokens = parsePointer(path);
    const container = this.find(tokens, path);
    const key = tokens[tokens.length - 1] ?? '';
    return Array.isArray(container) ? container[arrayIndex(key, container.length, path)] : getKey(container, key);
  }

  /** The container that holds the last token. */
  private find(tokens: readonly string[], path: string): Container {
    let container = this.document;
    for (let index = 0; index < tokens.length - 1; index++) {
      container = child(container, tokens[index] ?? '', path);
    }
    return container;
  }

  /** The container that holds the last token, and every container above it, made our own. */
  private editable(path: string): { container: Container; key: string } {
    const tokens = parsePointer(path);
    let container = this.own(this.document);
    this.document = container;
    for (let index = 0; index < tokens.length - 1; index++) {
      const token = tokens[index] ?? '';
      const next = this.own(child(container, token, path));
      setChild(container, token, next, path);
      container = next;
    }
    return { container, key: tokens[tokens.length - 1] ?? '' };
  }

  private own(container: Container): Container {
    if (this.owned.has(container)) return container;
    const copy = Array.isArray(container) ? container.slice() : { ...container };
    this.owned.add(copy);
    return copy;
  }

  private replaceContainer(tokens: readonly string[], replacement: JsonObject): void {
    this.owned.add(replacement);
    if (tokens.length === 0) {
      this.document = replacement;
      return;
    }
    const path = tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const { container, key } = this.editable(path);
    setChild(container, key, replacement, path);
  }
}

function isContainer(value: JsonValue | undefined): value is Container {
  return Array.isArray(value) || isJsonObject(value);
}

function child(container: Container, token: string, path: string): Container {
  const value = Array.isArray(container)
    ? container[arrayIndex(token, container.length, path)]
    : getKey(container, token);
  if (!isContainer(value)) throw new OperationFailed(`nothing at a part of ${path}`);
  return value;
}

function setChild(container: Container, token: string, value: JsonValue, path: string): void {
  if (Array.isArray(container)) container[arrayIndex(token, container.length, path)] = value;
  else setKey(container, token, value);
}

function text(value: JsonValue | undefined, field: string): string {
  if (typeof value !== 'string') throw new OperationFailed(`the operation has no ${field}`);
  return value;
}

/** Tokens of a pointer; whatever stands before its first slash is ignored, as upstream ignores it. */
function parsePointer(path: string): string[] {
  const tokens = path.split('/');
  if (tokens.length < 2) throw new OperationFailed(`not a path of a member: ${path}`);
  tokens.shift();
  if (!path.includes('~')) return tokens;
  return tokens.map((token) => token.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~')));
}

/** An index below `length`; negative ones count from the end. */
function arrayIndex(token: string, length: number, path: string): number {
  if (!/^[+-]?[0-9]+$/.test(token)) throw new OperationFailed(`not an index: ${token} in ${path}`);
  const index = Number(token);
  if (index >= length || index < -length) throw new OperationFailed(`no such index: ${token} in ${path}`);
  return index < 0 ? index + length : index + 0;
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
