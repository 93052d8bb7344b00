/** The body of a PATCH as a function on objects, with what upstream would say of it where the result cannot be read. */
import {
  newBadRequest,
  newUnsupportedMediaType,
  newUnsupportedPatchType,
} from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { decodeJsonPatch } from '../../apimachinery/patch/decode-json-patch.ts';
import { goValue, jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { applyJsonPatch } from '../../apimachinery/patch/json-patch.ts';
import { applyMergePatch, decodeMergePatch } from '../../apimachinery/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../apimachinery/patch/strategic-merge.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { decodeUntyped, type JsonDocument, parseJson } from '../../apimachinery/schema/decode-json.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { type ExpectedKind, mediaTypeOf } from '../negotiation/decode-body.ts';
import { metadataInOrder } from '../registry/generic/system-metadata.ts';
import type { ApiContext } from '../request-context.ts';
import type { WriteQuery } from './request-options.ts';

export interface Patch {
  /** Strategic patches go through upstream's conversion from maps to types, the others through JSON. */
  readonly isStrategic: boolean;
  /** Unknown and duplicate fields of the patch itself. */
  readonly strictErrors: readonly string[];
  /** What the result does not touch is shared with `original`. */
  apply(original: JsonObject): JsonValue;
  /** The text that the error for a result names: the result, or for a strategic patch the patch. */
  subject(patched: JsonValue, original: JsonObject): string;
}

/** @throws StatusError 415, 400, 413 before anything is looked up. */
export function readPatch(
  ctx: ApiContext,
  body: Buffer,
  { schema, untyped }: Pick<ExpectedKind, 'schema' | 'untyped'>,
  query: WriteQuery,
): Patch {
  const lenient = query.fieldValidation === 'Ignore';
  switch (mediaTypeOf(ctx.req.headers['content-type'] ?? 'none')) {
    case 'application/json-patch+json':
      return readJsonPatch(body, lenient);
    case 'application/merge-patch+json':
      return readMergePatch(body, lenient);
    case 'application/strategic-merge-patch+json':
      if (untyped !== undefined) throw newUnsupportedMediaType(untypedPatchTypes);
      return readStrategicPatch(body, schema, lenient);
    default:
      throw untyped === undefined ? newUnsupportedPatchType() : newUnsupportedMediaType(untypedPatchTypes);
  }
}

/** Without a type nothing says how lists merge; server-side apply goes by the schema. */
const untypedPatchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

function readJsonPatch(body: Buffer, lenient: boolean): Patch {
  const document = parse(body, (message) => (lenient ? message : `error decoding patch: ${message}`));
  const { operations, strictErrors } = decodeJsonPatch(document.value, { lenient });
  return {
    isStrategic: false,
    strictErrors,
    apply: (original) => applyJsonPatch(original, operations),
    subject: textOfPatched,
  };
}

function readMergePatch(body: Buffer, lenient: boolean): Patch {
  const document = parse(body, (message) => (lenient ? 'Invalid JSON Patch' : `error decoding patch: ${message}`));
  const strictErrors = duplicatesOf(document, lenient);
  const patch = decodeMergePatch(document.value, { lenient });
  return {
    isStrategic: false,
    strictErrors,
    apply: (original) => applyMergePatch(original, patch),
    subject: textOfPatched,
  };
}

function readStrategicPatch(body: Buffer, schema: StructSchema, lenient: boolean): Patch {
  const document = parse(body, (message) => message);
  const strictErrors = duplicatesOf(document, lenient);
  const patch = document.value;
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
    subject: () => goValue(patch),
  };
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

/** Upstream's libraries write the objects that a patch reached into with sorted keys, and leave all others as they were. */
function textOfPatched(patched: JsonValue, original: JsonObject): string {
  const written = inWrittenOrder(patched, original);
  // Metadata is kept in an order of Portico's own, with the resourceVersion first.
  if (isJsonObject(written) && written.metadata === original.metadata && isJsonObject(original.metadata)) {
    written.metadata = metadataInOrder(original.metadata);
  }
  return goJson(written);
}

function inWrittenOrder(patched: JsonValue, original: JsonValue | undefined): JsonValue {
  if (patched === original || !isJsonObject(patched)) return patched;
  const before = isJsonObject(original) ? original : undefined;
  const entries = Object.keys(patched)
    .sort()
    .map((key): [string, JsonValue] => [key, inWrittenOrder(patched[key] ?? null, before?.[key])]);
  return Object.fromEntries(entries);
}

/** encoding/json escapes what could end a script element. */
function goJson(value: JsonValue): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
