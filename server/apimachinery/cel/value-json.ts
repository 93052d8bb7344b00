/** A value that an expression has made, as JSON: what mutating policies put into objects. */
import { type JsonObject, type JsonValue, rawJson } from '../json.ts';
import { CelError } from './cel-error.ts';
import { durationText, timestampText } from './functions/time.ts';
import { CelDuration, CelMap, CelTimestamp, CelUint, type CelValue, isList, runtimeType } from './values.ts';

/** @throws CelError for what JSON has no place for */
export function jsonOf(value: CelValue): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return integer(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new CelError(`${String(value)} is no JSON number`);
  }
  if (value instanceof CelUint) return integer(value.value);
  if (isList(value)) return value.map(jsonOf);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof CelTimestamp) return timestampText(value);
  if (value instanceof CelDuration) return durationText(value);
  if (value instanceof CelMap) return objectOf(value);
  throw new CelError(`a value of type ${runtimeType(value)} has no JSON`);
}

function integer(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : rawJson(String(value));
}

function objectOf(map: CelMap): JsonObject {
  const entries = map.keys().map((key): [string, JsonValue] => {
    if (typeof key !== 'string') throw new CelError(`map key ${JSON.stringify(String(key))} is not a string`);
    return [key, jsonOf(map.find(key) ?? null)];
  });
  return Object.fromEntries(entries);
}
