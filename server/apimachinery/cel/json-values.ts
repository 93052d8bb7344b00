/** JSON as values of CEL, by its type: made piece by piece as an expression looks at it. */
import { parseGoDuration } from '../duration/go-duration.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import { parseTimestamp } from './functions/time.ts';
import { jsonEquals } from '../json-equals.ts';
import { type CelType, DYN, type ListType, type ObjectField } from './cel-type.ts';
import { escapedName } from './escaped-name.ts';
import { CelDuration, CelMap, CelTimestamp, type CelValue, celEquals, KeyedList, keyText } from './values.ts';

export function celValueOf(value: JsonValue, type: CelType): CelValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'list':
      return Array.isArray(value) ? listOf(value, type) : untyped(value);
    case 'map':
      return isJsonObject(value) ? mapOf(value, type.value) : untyped(value);
    case 'object':
      return isJsonObject(value) ? new JsonObjectValue(value, type.field, type.name) : untyped(value);
    case 'double':
      return typeof value === 'number' ? value : isRawJson(value) ? Number(value.rawJSON) : untyped(value);
    case 'timestamp':
      return typeof value === 'string' ? new CelTimestamp(parseTimestamp(value)) : untyped(value);
    case 'duration':
      return typeof value === 'string' ? new CelDuration(parseGoDuration(value)) : untyped(value);
    case 'bytes':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : untyped(value);
    default:
      return untyped(value);
  }
}

function untyped(value: JsonValue): CelValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isRawJson(value)) return BigInt(value.rawJSON);
  if (Array.isArray(value)) return value.map((item) => celValueOf(item, DYN));
  return isJsonObject(value) ? mapOf(value, DYN) : value;
}

function listOf(list: readonly JsonValue[], { element, keys }: ListType): readonly CelValue[] {
  const items = list.map((item) => celValueOf(item, element));
  if (keys === undefined) return items;
  const ofOne = (value: CelValue | undefined): string => (value === undefined ? '' : (keyText(value) ?? String(value)));
  if (keys === 'value') return KeyedList.make(items, ofOne);
  return KeyedList.make(items, (item) =>
    item instanceof CelMap ? JSON.stringify(keys.map((key) => ofOne(item.find(key)))) : '',
  );
}

type FieldOf = (key: string) => ObjectField | undefined;

class JsonMap extends CelMap {
  protected readonly object: JsonObject;
  readonly #fieldOf: FieldOf;
  override readonly typeName: string;

  constructor(object: JsonObject, fieldOf: FieldOf, typeName = 'map') {
    super();
    this.object = object;
    this.#fieldOf = fieldOf;
    this.typeName = typeName;
  }

  find(key: CelValue): CelValue | undefined {
    const field = typeof key === 'string' ? this.#fieldOf(key) : undefined;
    if (field === undefined || !Object.hasOwn(this.object, field.name)) return undefined;
    return celValueOf(this.object[field.name] ?? null, field.type);
  }

  keys(): readonly CelValue[] {
    return Object.keys(this.object);
  }

  get size(): number {
    return Object.keys(this.object).length;
  }
}

/** Fields whose names no expression can write count only where objects are compared. */
class JsonObjectValue extends JsonMap {
  override equals(other: CelMap): boolean {
    if (!(other instanceof JsonObjectValue)) return super.equals(other);
    if (this.size !== other.size) return false;
    return Object.keys(this.object).every((name) => {
      const key = escapedName(name);
      const own = key === undefined ? undefined : this.find(key);
      const there = key === undefined ? undefined : other.find(key);
      if (own !== undefined || there !== undefined) {
        return own !== undefined && there !== undefined && celEquals(own, there);
      }
      return Object.hasOwn(other.object, name) && jsonEquals(this.object[name] ?? null, other.object[name] ?? null);
    });
  }
}

function mapOf(object: JsonObject, type: CelType): CelMap {
  return new JsonMap(object, (name) => ({ name, type }));
}
