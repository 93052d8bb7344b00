/** JSON that is kept without a type (RawExtension, FieldsV1): read fast, with no digit of a number lost. */
import { type JsonObject, type JsonValue, rawJson } from '../json.ts';
import { CanonicalWalk, setKey } from './canonical.ts';
import { DecodeError, MAX_DEPTH, TOO_DEEP } from './decode-error.ts';
import { decodeUtf8 } from './go-utf8.ts';
import { parseSource, SourceNumber, SourceObject, type SourceValue } from './json-source.ts';
import { scanJson } from './scan-json.ts';
import { Kind } from './type-schema.ts';

const RAW = { kind: Kind.raw, goType: 'runtime.RawExtension' } as const;

/** Throws DecodeError for what is no JSON. */
export function parseRaw(bytes: Uint8Array): JsonValue {
  const scan = scanJson(bytes);
  if (scan.depth > MAX_DEPTH) throw new DecodeError(TOO_DEEP);
  if (!scan.fractions && !scan.surrogates) {
    try {
      return new CanonicalWalk().value(RAW, JSON.parse(decodeUtf8(bytes)) as JsonValue);
    } catch {
      // Malformed, or with numbers that a JavaScript number does not hold: the parser below knows.
    }
  }
  return plainValue(parseSource(bytes));
}

/** Duplicates as JSON.parse treats them; numbers keep their text where a JavaScript number would change it. */
export function plainValue(source: SourceValue): JsonValue {
  if (source instanceof SourceNumber) {
    const number = Number(source.text);
    return String(number) === source.text ? number : rawJson(source.text);
  }
  if (source instanceof SourceObject) {
    const object: JsonObject = {};
    for (const [key, value] of source.entries) setKey(object, key, plainValue(value));
    return object;
  }
  return Array.isArray(source) ? source.map(plainValue) : source;
}
