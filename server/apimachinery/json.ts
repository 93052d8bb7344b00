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

const isRaw = (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON;
const makeRaw = (JSON as unknown as { rawJSON(text: string): RawJson }).rawJSON;

/** True for an integer kept as its source text; JSON.stringify writes it verbatim. */
export function isRawJson(value: unknown): value is RawJson {
  return isRaw(value);
}

export function rawJson(text: string): RawJson {
  return makeRaw(text);
}
