/** JSON values and their types as Go prints them in the messages of patch errors. */
import { isRawJson, type JsonValue } from '../json.ts';
import { goFloat64 } from '../yaml/go-float.ts';

/** What encoding/json calls a value in its errors. */
export function jsonTypeName(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return isRawJson(value) ? 'number' : 'object';
  return typeof value;
}

/** The Go type that a value is decoded into. */
export function goTypeName(value: JsonValue | undefined): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  return isRawJson(value) ? 'int64' : GO_MAP;
}

export const GO_MAP = 'map[string]interface {}';

/** fmt's %v: maps in the order of their keys, "map[a:1 b:[x y]]"; null is "<nil>". */
export function goValue(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isRawJson(value)) return value.rawJSON;
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goValue(value[key])}`);
  return `map[${pairs.join(' ')}]`;
}

/** What no int64 holds is a float. */
function numberText(value: number): string {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? String(value) : goFloat64(value);
}
