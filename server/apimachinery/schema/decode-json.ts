/**
 * From bytes to an API object of its type. Nearly all bodies take the fast way, JSON.parse and one walk; the slow way, a
 * parser and decoder that follow Go step by step, runs where there is an error to word or a field to warn about.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { CanonicalWalk, sortedThroughout } from './canonical.ts';
import { DecodeError, MAX_DEPTH, TOO_DEEP } from './decode-error.ts';
import { decodeAsGo } from './go-decoder.ts';
import { decodeUtf8 } from './go-utf8.ts';
import { parseSource, type SourceValue, sourceOf } from './json-source.ts';
import { type JsonScan, scanJson } from './scan-json.ts';
import { Kind, type StructSchema } from './type-schema.ts';

export interface DecodeOptions {
  /** Collect unknown and duplicate fields, the default; with false (fieldValidation Ignore) they are dropped in silence. */
  readonly strict?: boolean;
  /** Values kept as they came have their keys sorted: upstream has had them in maps. */
  readonly sortRaw?: boolean;
  /** Errors come in the order of keys, and not of the text: Go has read the value as a map before. */
  readonly byKey?: boolean;
}

export interface Decoded<T extends JsonObject = JsonObject> {
  readonly object: T;
  /** `unknown field "spec.foo"`, `duplicate field "spec.replicas"`, in the order of the text, at most 100. */
  readonly strictErrors: readonly string[];
}

/** JSON that was parsed and not yet read as a type: a body whose kind must be looked at first. */
export interface JsonDocument {
  readonly bytes: Uint8Array;
  /** Decoding changes it in place. */
  readonly value: JsonValue;
  /** What `value` does not show of the text. */
  readonly scan: JsonScan;
}

const NO_ERRORS: readonly string[] = [];
const ANY = { kind: Kind.any, goType: 'interface {}' } as const;

/** Throws DecodeError with the message of Go's SyntaxError. */
export function parseJson(bytes: Uint8Array): JsonDocument {
  const scan = scanJson(bytes);
  if (scan.depth > MAX_DEPTH) {
    parseSource(bytes);
    throw new DecodeError(TOO_DEEP);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(scan.ascii ? asciiText(bytes) : decodeUtf8(bytes)) as JsonValue;
  } catch (error) {
    parseSource(bytes);
    throw error;
  }
  return { bytes, value, scan };
}

/** Throws DecodeError where Go's decoder fails: syntax errors, type errors, malformed times, quantities and base64. */
export function decodeJson(schema: StructSchema, bytes: Uint8Array, options?: DecodeOptions): Decoded {
  return decodeDocument(schema, parseJson(bytes), options);
}

/** Uses the document up: its value becomes the object. */
export function decodeDocument(schema: StructSchema, document: JsonDocument, options?: DecodeOptions): Decoded {
  const strict = options?.strict ?? true;
  if (!document.scan.fractions && !document.scan.surrogates) {
    const object = attempt(schema, document.value, { strict, keys: document.scan.keys });
    if (object !== undefined) return { object, strictErrors: NO_ERRORS };
  }
  return decodeSlowly(schema, parseSource(document.bytes), { strict });
}

/**
 * Reads a document as Go reads into a map (custom resources): strict errors are duplicates only; integers that fit in 64 bits
 * keep their digits. Uses the document up.
 */
export function decodeUntyped(
  document: JsonDocument,
  options?: DecodeOptions,
): { readonly value: JsonValue; readonly strictErrors: readonly string[] } {
  const strict = options?.strict ?? true;
  const walk = new CanonicalWalk();
  try {
    const value = walk.value(ANY, document.value);
    const unique = !strict || walk.keys === document.scan.keys;
    if (unique && !document.scan.surrogates) return { value, strictErrors: NO_ERRORS };
  } catch {
    // A number that JavaScript does not hold, or too deep a nesting: below.
  }
  const decoded = inDepth(() => decodeAsGo(ANY, parseSource(document.bytes)));
  return strict ? decoded : { value: decoded.value, strictErrors: NO_ERRORS };
}

/** The same for a value that was parsed elsewhere (YAML, patches); the value is used up. */
export function decodeObject(schema: StructSchema, value: JsonValue, options?: DecodeOptions): Decoded {
  const strict = options?.strict ?? true;
  const sortRaw = options?.sortRaw ?? false;
  const object = attempt(schema, value, { strict, sortRaw });
  if (object !== undefined) return { object, strictErrors: NO_ERRORS };
  const source = sourceOf(options?.byKey === true ? sortedThroughout(value) : value);
  return decodeSlowly(schema, source, { strict, sortRaw });
}

/** Undefined: the slow way must have a look. */
function attempt(
  schema: StructSchema,
  value: JsonValue,
  { strict, sortRaw, keys }: DecodeOptions & { readonly keys?: number },
): JsonObject | undefined {
  const walk = new CanonicalWalk({ refuseUnknown: strict ?? true, sortRaw: sortRaw ?? false });
  try {
    const object = walk.struct(schema, value ?? {});
    return keys !== undefined && walk.keys !== keys ? undefined : object;
  } catch {
    return undefined;
  }
}

function decodeSlowly(schema: StructSchema, source: SourceValue, { strict, sortRaw }: DecodeOptions): Decoded {
  return inDepth(() => {
    const { value, strictErrors } = decodeAsGo(schema, source);
    const object = new CanonicalWalk({ sortRaw: sortRaw ?? false }).struct(schema, value);
    return { object, strictErrors: strict === false ? NO_ERRORS : strictErrors };
  });
}

/** Types that contain themselves may need more stack for each level than there is. */
function inDepth<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RangeError) throw new DecodeError(TOO_DEEP);
    throw error;
  }
}

function asciiText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
