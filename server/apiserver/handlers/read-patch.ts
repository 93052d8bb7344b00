/** The body of a PATCH as a function on objects, with what upstream would say of it where the result cannot be read. */
import { goJson } from '../../apimachinery/errors/field-error.ts';
import {
  newBadRequest,
  newUnsupportedMediaType,
  newUnsupportedPatchType,
} from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { decodeJsonPatch, type JsonPatchOperation } from '../../apimachinery/patch/decode-json-patch.ts';
import { goValue, jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { applyJsonPatch } from '../../apimachinery/patch/json-patch.ts';
import { applyMergePatch, decodeMergePatch } from '../../apimachinery/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../apimachinery/patch/strategic-merge.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeUntyped, type JsonDocument, parseJson } from '../../apimachinery/schema/decode-json.ts';
import { parseSource } from '../../apimachinery/schema/json-source.ts';
import { plainValue } from '../../apimachinery/schema/raw-json.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { type ExpectedKind, mediaTypeOf } from '../negotiation/decode-body.ts';
import { metadataInOrder } from '../registry/generic/system-metadata.ts';
import type { ApiContext } from '../request-context.ts';
import type { WriteQuery } from './request-options.ts';
import { inWrittenOrder, type WrittenOrderOptions } from './written-order.ts';
import { setKey, sortedThroughout } from '../../apimachinery/schema/canonical.ts';

export interface Patch {
  /** Strategic patches go through upstream's conversion from maps to types, the others through JSON. */
  readonly isStrategic: boolean;
  /** Unknown and duplicate fields of the patch itself. */
  readonly strictErrors: readonly string[];
  /** What the result does not touch is shared with `original`. */
  apply(original: JsonObject): JsonValue;
  /** The text that the error for a result names: the result, or for a strategic patch the patch. */
  subject(patched: JsonValue, original: JsonObject): string;
  /** Lists and objects of the patch, which upstream takes over as text. */
  readonly verbatim?: ReadonlySet<JsonValue>;
}

/**
 * Reads the patch when it is first asked for: what it is to change must be there before anything is wrong with it. Throws
 * StatusError 400 or 413 then.
 * @throws StatusError 415
 */
export function patchReader(
  ctx: ApiContext,
  body: Buffer,
  { schema, untyped }: Pick<ExpectedKind, 'schema' | 'untyped'>,
  query: WriteQuery,
): () => Patch {
  const lenient = query.fieldValidation === 'Ignore';
  const options = { lenient, schema: untyped === undefined ? schema : undefined };
  switch (mediaTypeOf(ctx.req.headers['content-type'] ?? 'none')) {
    case 'application/json-patch+json':
      return once(() => readJsonPatch(body, options));
    case 'application/merge-patch+json':
      return once(() => readMergePatch(body, options));
    case 'application/strategic-merge-patch+json':
      return once(() => readStrategicPatch(body, schema, lenient));
    default:
      throw newUnsupportedPatchType();
  }
}

/** An object that others change meanwhile is patched again, but the patch is read once. */
function once<T extends object>(read: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= read());
}

/** Without a type nothing says how lists merge; server-side apply goes by the schema. */
const customPatchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

/** @throws StatusError 415: what patches of custom resources, their status and scale may be; said before anything else. */
export function checkCustomPatchType(ctx: ApiContext): void {
  const mediaType = mediaTypeOf(ctx.req.headers['content-type'] ?? 'none');
  if (!customPatchTypes.includes(mediaType)) throw newUnsupportedMediaType(customPatchTypes);
}

interface TextPatchOptions {
  readonly lenient: boolean;
  /** Undefined for objects without a type. */
  readonly schema: StructSchema | undefined;
}

function readJsonPatch(body: Buffer, { lenient, schema }: TextPatchOptions): Patch {
  const document = parse(body, (message) => (lenient ? message : `error decoding patch: ${message}`));
  const { operations, strictErrors: unknown } = decodeJsonPatch(exactValue(document, schema), { lenient });
  const duplicates = duplicatesOf(document, lenient);
  const strictErrors = [
    ...unknown,
    ...duplicates.map((error) => `json patch ${error}`),
    ...duplicates.flatMap((error) => duplicateInResult(error, operations)),
  ];
  return {
    isStrategic: false,
    strictErrors,
    get verbatim() {
      return objectsIn(operations.map(({ value }) => value ?? null));
    },
    apply: (original) => applyJsonPatch(original, operations),
    subject(patched, original) {
      return textOfPatched(patched, original, { schema, verbatim: this.verbatim });
    },
  };
}

/** All lists and objects at any depth. */
function objectsIn(value: JsonValue, found = new Set<JsonValue>()): Set<JsonValue> {
  if (typeof value !== 'object' || value === null || isRawJson(value)) return found;
  found.add(value);
  for (const item of Object.values(value)) objectsIn(item ?? null, found);
  return found;
}

/** Values are taken over as text, with what they have twice: `duplicate field "[0].value.a"` is one of the result too. */
function duplicateInResult(error: string, operations: readonly JsonPatchOperation[]): readonly string[] {
  const [, index = '', rest = ''] = /^duplicate field "\[(\d+)\]\.value\.(.*)"$/.exec(error) ?? [];
  const operation = operations[Number(index)];
  if (rest === '' || operation === undefined || typeof operation.path !== 'string') return [];
  if (operation.op !== 'add' && operation.op !== 'replace') return [];
  return [`duplicate field "${operation.path.slice(1).replaceAll('/', '.')}.${rest}"`];
}

function readMergePatch(body: Buffer, { lenient, schema }: TextPatchOptions): Patch {
  const document = parse(body, (message) => (lenient ? 'Invalid JSON Patch' : `error decoding patch: ${message}`));
  const strictErrors = duplicatesOf(document, lenient);
  const given = exactValue(document, schema);
  // Upstream reads it into maps: what a type keeps as it came has its keys sorted.
  const patch = decodeMergePatch(schema === undefined ? given : sortedThroughout(given), { lenient });
  return {
    isStrategic: false,
    strictErrors,
    apply: (original) => applyMergePatch(original, patch),
    subject: (patched, original) => textOfPatched(patched, original, { schema }),
  };
}

function readStrategicPatch(body: Buffer, schema: StructSchema, lenient: boolean): Patch {
  const document = parse(body, (message) => message);
  const strictErrors = duplicatesOf(document, lenient);
  const patch = integersOf(document);
  if (!isJsonObject(patch)) {
    if (patch !== null) {
      throw newBadRequest(
        `json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
      );
    }
    return { isStrategic: true, strictErrors, apply: (original) => original, subject: () => 'map[]' };
  }
  return {
    isStrategic: true,
    strictErrors,
    apply: (original) => applyStrategicMergePatch(original, patch, schema),
    subject: (_patched, original) => goValue(withoutUnmatchedNulls(patch, original)),
  };
}

/** Upstream takes nulls out of what it adds, and quotes the patch as it is then. */
function withoutUnmatchedNulls(patch: JsonObject, original: JsonObject): JsonObject {
  const shown: JsonObject = {};
  for (const [key, value] of Object.entries(patch)) {
    const old = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isJsonObject(value) && isJsonObject(old)) setKey(shown, key, withoutUnmatchedNulls(value, old));
    else setKey(shown, key, old === undefined ? withoutNulls(value ?? null) : (value ?? null));
  }
  return shown;
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const shown: JsonObject = {};
  for (const [key, item] of Object.entries(value)) if (item !== null) setKey(shown, key, withoutNulls(item ?? null));
  return shown;
}

function parse(body: Buffer, word: (message: string) => string): JsonDocument {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof DecodeError) throw newBadRequest(word(error.message));
    throw error;
  }
}

/** Decoding uses a document up, so it reads one of its own. */
function duplicatesOf({ bytes, scan, value }: JsonDocument, lenient: boolean): readonly string[] {
  if (lenient || countKeys(value) === scan.keys) return [];
  return decodeUntyped(parseJson(bytes)).strictErrors;
}

/** Keys of a parsed value at any depth; fewer than the text has means that some were there twice. */
function countKeys(value: JsonValue): number {
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += countKeys(item);
  else if (isJsonObject(value)) {
    for (const key in value) {
      const item = value[key];
      count += 1 + (item === undefined ? 0 : countKeys(item));
    }
  }
  return count;
}

/**
 * The result is read again from text: numbers keep what a JavaScript number would lose of theirs. Objects without a type are
 * not read that way.
 */
function exactValue(document: JsonDocument, schema: StructSchema | undefined): JsonValue {
  const { value, scan, bytes } = document;
  if (schema === undefined || (!scan.fractions && hasSafeNumbers(value))) return value;
  return plainValue(parseSource(bytes));
}

/** As Go reads numbers into a map: those that fit an int64 keep their digits, all others are floats. */
function integersOf({ value, bytes }: JsonDocument): JsonValue {
  return hasSafeNumbers(value) ? value : decodeUntyped(parseJson(bytes), { strict: false }).value;
}

function hasSafeNumbers(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? !Object.is(value, -0) : !Number.isInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((item) => item === undefined || hasSafeNumbers(item as JsonValue));
}

function textOfPatched(patched: JsonValue, original: JsonObject, options: WrittenOrderOptions): string {
  // Without a type an object is a map, written in the order of its keys.
  if (options.schema === undefined) return goJson(sortedThroughout(patched));
  const written = inWrittenOrder(patched, original, options);
  // Metadata is kept in an order of Portico's own, with the resourceVersion first.
  if (isJsonObject(written) && written.metadata === original.metadata && isJsonObject(original.metadata)) {
    written.metadata = metadataInOrder(original.metadata);
  }
  return goJson(written);
}
