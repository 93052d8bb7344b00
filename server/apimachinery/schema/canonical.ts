/**
 * The walk that gives an object the form in which Go would write it: unknown fields dropped, zero values dropped or written
 * as each field demands, fields in Go's order, map keys sorted, times, quantities and base64 in canonical form. It takes over
 * what is in form already and does no error reporting: whatever it throws, the slow GoDecoder finds the words for it.
 */
import { canonicalGoDuration } from '../duration/go-duration.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import { canonicalQuantity } from '../quantity/quantity.ts';
import { canonicalTime } from './go-time.ts';
import { rememberEmpties, rememberRespelled } from './sent-empties.ts';
import { canonicalBase64, isInteger, plainInteger } from './scalar-forms.ts';
import {
  type FieldSchema,
  Kind,
  type ListSchema,
  type MapSchema,
  type Schema,
  type StructSchema,
  type VariantSchema,
} from './type-schema.ts';

/** Thrown where the input is not a value of its type. One object: it carries nothing and costs no stack trace. */
export const DEVIATION: unique symbol = Symbol('deviation');

/** Sets of fields have an order of their own, and never were in a map. */
const FIELDS = 'v1.FieldsV1';

const INT32 = { kind: Kind.integer, goType: 'int32', min: -(2 ** 31), max: 2 ** 31 - 1, range: [0n, 0n] } as const;

/** One walk over one object; not for reuse. */
export class CanonicalWalk {
  /** Object keys met so far, in all objects whether their fields are known or not: JSON text with more has duplicates. */
  keys = 0;
  readonly #refuseUnknown: boolean;
  readonly #sortRaw: boolean;
  /** Fields of the structs being walked, innermost last: a stack without an allocation for each struct. */
  readonly #met: FieldSchema[] = [];

  /**
   * With `refuseUnknown` a field that its struct does not have is a deviation, and nothing has been dropped by then; with `sortRaw`
   * values that are kept as they came are those of a map, which has no order of its own.
   */
  constructor(options: { readonly refuseUnknown?: boolean; readonly sortRaw?: boolean } = {}) {
    this.#refuseUnknown = options.refuseUnknown ?? false;
    this.#sortRaw = options.sortRaw ?? false;
  }

  /** Returns the value in form; parts that need no change are taken over, lists and objects are changed in place. */
  value(schema: Schema, value: JsonValue): JsonValue {
    if (value === null) return zeroValue(schema);
    switch (schema.kind) {
      case Kind.struct:
        return this.struct(schema, value);
      case Kind.list:
        return this.#list(schema, value);
      case Kind.map:
        return this.#map(schema, value);
      case Kind.string:
        if (typeof value !== 'string') throw DEVIATION;
        return value;
      case Kind.boolean:
        if (typeof value !== 'boolean') throw DEVIATION;
        return value;
      case Kind.integer:
        if (!isInteger(schema, value)) throw DEVIATION;
        return plainInteger(value);
      case Kind.float:
        if (typeof value !== 'number') throw DEVIATION;
        return value;
      case Kind.raw:
        this.#opaque(value);
        return this.#sortRaw && schema.goType !== FIELDS ? sortedThroughout(value) : value;
      case Kind.any:
        this.#opaque(value);
        return value;
      default:
        return this.#special(schema, value);
    }
  }

  struct(schema: StructSchema, input: JsonValue): JsonObject {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) throw DEVIATION;
    const object = input as JsonObject;
    const met = this.#met;
    const base = met.length;
    let last = -1;
    let always = 0;
    let inForm = true;
    let empties: JsonObject | undefined;
    let respelled = false;
    for (const name in object) {
      this.keys++;
      const field = schema.byName.get(name);
      const value = object[name] as JsonValue;
      if (field === undefined) {
        if (this.#refuseUnknown || isRawJson(object)) throw DEVIATION;
        this.#opaque(value);
        inForm = false;
        continue;
      }
      if (value === null) {
        inForm = false;
        continue;
      }
      const kind = field.schema.kind;
      if (kind === Kind.string) {
        if (typeof value !== 'string') throw DEVIATION;
        if (value === '' && field.dropsZero) {
          inForm = false;
          continue;
        }
      } else {
        const canonical = this.value(field.schema, value);
        if (canonical !== value) {
          object[name] = canonical;
          if (isRespelled(field.schema, value, canonical)) respelled = true;
        }
        if (isDropped(field, canonical)) {
          if (canonical !== null && isCollection(field.schema)) (empties ??= {})[field.name] = canonical;
          else if (kind === Kind.variant && value !== null) (empties ??= {})[field.name] = value;
          inForm = false;
          continue;
        }
      }
      if (field.index < last) inForm = false;
      last = field.index;
      if (field.always) always++;
      met.push(field);
    }
    if (inForm && always === schema.always.length) {
      met.length = base;
      if (respelled) rememberRespelled(object);
      return object;
    }
    const built = this.#rebuild(schema, object, base, always);
    if (empties !== undefined) rememberEmpties(built, empties);
    if (respelled) rememberRespelled(built);
    return built;
  }

  /** A fresh object of the fields met, in Go's order, with the zero values of those that must be there. */
  #rebuild(schema: StructSchema, object: JsonObject, base: number, always: number): JsonObject {
    const met = this.#met;
    if (always !== schema.always.length) {
      for (const field of schema.always) if (!met.includes(field, base)) met.push(field);
    }
    sortFrom(met, base);
    const built: JsonObject = {};
    for (let at = base; at < met.length; at++) {
      const field = met[at] as FieldSchema;
      const value = object[field.name];
      built[field.name] = value === undefined || value === null ? zeroOf(field) : value;
    }
    met.length = base;
    return built;
  }

  #list(schema: ListSchema, value: JsonValue): JsonValue {
    if (!Array.isArray(value)) throw DEVIATION;
    const element = schema.element;
    for (let at = 0; at < value.length; at++) {
      const item = value[at] as JsonValue;
      if (element.kind === Kind.string && typeof item === 'string') continue;
      const canonical = this.value(element, item);
      if (canonical !== item) value[at] = canonical;
    }
    return value;
  }

  #map(schema: MapSchema, value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawJson(value)) throw DEVIATION;
    const values = schema.value;
    let previous = '';
    let sorted = true;
    let respelled = false;
    for (const key in value) {
      this.keys++;
      if (key < previous) sorted = false;
      previous = key;
      const item = value[key] as JsonValue;
      if (values.kind === Kind.string && typeof item === 'string') continue;
      const canonical = this.value(values, item);
      if (canonical === item) continue;
      setKey(value, key, canonical);
      if (isRespelled(values, item, canonical)) respelled = true;
    }
    const map = sorted ? value : sortedByKey(value);
    if (respelled) rememberRespelled(map);
    return map;
  }

  #special(schema: Schema, value: JsonValue): JsonValue {
    switch (schema.kind) {
      case Kind.time:
      case Kind.microTime:
        if (typeof value !== 'string') throw DEVIATION;
        return canonicalTime(value, schema.kind === Kind.time ? 'seconds' : 'micro');
      case Kind.quantity:
        if (typeof value === 'string') return canonicalQuantity(value);
        if (typeof value === 'number') return canonicalQuantity(String(value));
        throw DEVIATION;
      case Kind.duration:
        if (typeof value !== 'string') throw DEVIATION;
        return canonicalGoDuration(value);
      case Kind.intOrString:
        if (typeof value !== 'string' && !isInteger(INT32, value)) throw DEVIATION;
        return value;
      case Kind.bytes:
        if (typeof value !== 'string') throw DEVIATION;
        return canonicalBase64(value);
      case Kind.variant:
        return this.#variant(schema, value);
      default:
        throw DEVIATION;
    }
  }

  /** Values that are neither a schema nor the alternative read as nothing, but where the alternative is a boolean. */
  #variant(schema: VariantSchema, value: JsonValue): JsonValue {
    if (Array.isArray(value) && schema.alternative !== 'boolean') {
      for (const [at, item] of value.entries()) {
        if (schema.alternative === 'schemas') value[at] = this.value(schema.struct(), item);
        else if (item === null) value[at] = '';
        else if (typeof item !== 'string') throw DEVIATION;
      }
      return value.length === 0 ? null : value;
    }
    if (isJsonObject(value)) return this.struct(schema.struct(), value);
    if (schema.alternative !== 'boolean') return null;
    if (typeof value !== 'boolean') throw DEVIATION;
    return value;
  }

  /** JSON without a schema: only its keys are counted, and numbers that have lost digits in parsing are refused. */
  #opaque(value: JsonValue): void {
    if (typeof value === 'number') {
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw DEVIATION;
    } else if (Array.isArray(value)) {
      for (const item of value) this.#opaque(item);
    } else if (typeof value === 'object' && value !== null && !isRawJson(value)) {
      for (const key in value) {
        this.keys++;
        this.#opaque(value[key] as JsonValue);
      }
    }
  }
}

/** Go's zero value of a type, as it is written: a fresh object each time. */
export function zeroValue(schema: Schema): JsonValue {
  switch (schema.kind) {
    case Kind.struct: {
      const zero: JsonObject = {};
      for (const field of schema.always) zero[field.name] = zeroOf(field);
      return zero;
    }
    case Kind.string:
      return '';
    case Kind.boolean:
      return false;
    case Kind.integer:
    case Kind.float:
    case Kind.intOrString:
      return 0;
    case Kind.quantity:
      return '0';
    case Kind.duration:
      return '0s';
    case Kind.variant:
      return schema.alternative === 'boolean' ? false : null;
    default:
      return null;
  }
}

function isRespelled({ kind }: Schema, value: JsonValue, canonical: JsonValue): boolean {
  const keepsSpelling = kind === Kind.quantity || kind === Kind.time || kind === Kind.microTime;
  return keepsSpelling && String(value) !== canonical;
}

/** Go's slices and maps, byte strings among them: empty or nil. */
function isCollection({ kind }: Schema): boolean {
  return kind === Kind.list || kind === Kind.map || kind === Kind.bytes;
}

/** The value of a field that is unset and written all the same. */
export function zeroOf(field: FieldSchema): JsonValue {
  return field.pointer ? null : zeroValue(field.schema);
}

/** True for a value in form that Go would leave out of the JSON. */
export function isDropped(field: FieldSchema, value: JsonValue): boolean {
  if (value === null) return !field.always;
  if (!field.dropsZero) return false;
  switch (field.schema.kind) {
    case Kind.list:
      return (value as JsonValue[]).length === 0;
    case Kind.map:
      for (const _ in value as JsonObject) return false;
      return true;
    case Kind.string:
    case Kind.bytes:
      return value === '';
    case Kind.boolean:
      return value === false;
    case Kind.integer:
    case Kind.float:
      return value === 0;
    default:
      return false;
  }
}

/** Sets a key that may be any text: an assignment to "__proto__" would change the prototype instead. */
export function setKey(object: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/** The map itself where its keys are sorted already. */
export function inKeyOrder(map: JsonObject): JsonObject {
  let previous = '';
  for (const key in map) {
    if (key < previous) return sortedByKey(map);
    previous = key;
  }
  return map;
}

/** A value without a type, as Go writes it: every map by its keys. */
export function sortedThroughout(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortedThroughout);
  if (!isJsonObject(value)) return value;
  const sorted: JsonObject = {};
  for (const key of Object.keys(value).sort()) setKey(sorted, key, sortedThroughout(value[key] ?? null));
  return sorted;
}

function sortedByKey(object: JsonObject): JsonObject {
  const sorted: JsonObject = {};
  for (const key of Object.keys(object).sort()) setKey(sorted, key, object[key] as JsonValue);
  return sorted;
}

/** Insertion sort by Go's order: there are few fields, and most are in order already. */
function sortFrom(fields: FieldSchema[], base: number): void {
  for (let at = base + 1; at < fields.length; at++) {
    const field = fields[at] as FieldSchema;
    let to = at;
    while (to > base && (fields[to - 1] as FieldSchema).index > field.index) {
      fields[to] = fields[to - 1] as FieldSchema;
      to--;
    }
    fields[to] = field;
  }
}
