/** JSON as the API holds it in memory. Integers beyond 2^53 are kept as raw JSON (JSON.rawJSON), so that no digit is lost. */
export interface RawJson {
  readonly rawJSON: string;
}
export type JsonValue = string | number | boolean | null | RawJson | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}

/** In Node since 21; TypeScript's library does not have them yet. */
interface RawJsonFunctions {
  readonly isRawJSON: (value: unknown) => boolean;
  readonly rawJSON: (text: string) => RawJson;
}
const { isRawJSON: isRaw, rawJSON: makeRaw } = JSON as unknown as RawJsonFunctions;

/** True for an integer kept as its source text; JSON.stringify writes it verbatim. */
export function isRawJson(value: unknown): value is RawJson {
  return isRaw(value);
}

export function rawJson(text: string): RawJson {
  return makeRaw(text);
}
