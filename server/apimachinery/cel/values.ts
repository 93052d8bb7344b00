/** Values of CEL as the evaluator holds them, and what they have in common: equality, order, names of their types. */
import { CelError } from './cel-error.ts';
import type { CelType } from './cel-type.ts';

/** Integers are bigints, doubles numbers; lists are arrays. */
export type CelValue =
  | bigint
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelMap
  | CelOptional
  | CelTypeValue
  | CelOpaque
  | readonly CelValue[];

export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since the epoch. */
export class CelTimestamp {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    // From the year 1 to 9999.
    if (nanoseconds < -62_135_596_800_000_000_000n || nanoseconds > 253_402_300_799_999_999_999n) {
      throw new CelError('timestamp overflow');
    }
    this.nanoseconds = nanoseconds;
  }
}

export class CelDuration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    if (nanoseconds !== BigInt.asIntN(64, nanoseconds)) throw new CelError('duration overflow');
    this.nanoseconds = nanoseconds;
  }
}

export class CelOptional {
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

export class CelTypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that only its functions look into: a quantity, an IP address. */
export abstract class CelOpaque {
  abstract readonly typeName: string;
  abstract equals(other: CelOpaque): boolean;
}

/** Maps, and objects with fields. */
export abstract class CelMap {
  /** Undefined: there is no such key. */
  abstract find(key: CelValue): CelValue | undefined;
  abstract keys(): readonly CelValue[];
  abstract get size(): number;
  /** "map", or the name of an object's type. */
  readonly typeName: string = 'map';

  equals(other: CelMap): boolean {
    if (this.size !== other.size) return false;
    return this.keys().every((key) => {
      const [x, y] = [this.find(key), other.find(key)];
      return x !== undefined && y !== undefined && celEquals(x, y);
    });
  }
}

/** A map that an expression makes. */
export class CelMapValue extends CelMap {
  readonly #entries: ReadonlyMap<string, readonly [key: CelValue, value: CelValue]>;

  constructor(entries: Iterable<readonly [CelValue, CelValue]>) {
    super();
    const made = new Map<string, readonly [CelValue, CelValue]>();
    for (const entry of entries) {
      const key = keyText(entry[0]);
      if (key === undefined) throw new CelError('unsupported key type');
      if (made.has(key)) throw new CelError('Failed with repeated key');
      made.set(key, entry);
    }
    this.#entries = made;
  }

  find(key: CelValue): CelValue | undefined {
    const text = keyText(key);
    return text === undefined ? undefined : this.#entries.get(text)?.[1];
  }

  keys(): readonly CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** An object that an expression makes: `Object.spec{replicas: 1}`. */
export class CelMessage extends CelMap {
  override readonly typeName: string;
  readonly fields: ReadonlyMap<string, CelValue>;

  constructor(typeName: string, fields: ReadonlyMap<string, CelValue>) {
    super();
    this.typeName = typeName;
    this.fields = fields;
  }

  find(key: CelValue): CelValue | undefined {
    return typeof key === 'string' ? this.fields.get(key) : undefined;
  }

  keys(): readonly CelValue[] {
    return [...this.fields.keys()];
  }

  get size(): number {
    return this.fields.size;
  }
}

/** Numbers of all kinds are the same key where they are the same number. */
export function keyText(key: CelValue): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof CelUint) return `n${key.value}`;
  if (typeof key === 'number' && Number.isInteger(key)) return `n${BigInt(key)}`;
  return undefined;
}

/** A list in which order does not count: items are told apart by a key. */
export class KeyedList extends Array<CelValue> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  #keyOf: (item: CelValue) => string = () => '';

  static make(items: Iterable<CelValue>, keyOf: (item: CelValue) => string): KeyedList {
    const made = new KeyedList();
    made.#keyOf = keyOf;
    for (const item of items) made.push(item);
    return made;
  }

  equals(other: readonly CelValue[]): boolean {
    if (this.length !== other.length) return false;
    const byKey = new Map([...this].map((item) => [this.#keyOf(item), item]));
    return other.every((item) => {
      const own = byKey.get(this.#keyOf(item));
      return own !== undefined && celEquals(own, item);
    });
  }

  /** Items of the other list take the places of those with the same key. */
  plus(other: readonly CelValue[]): KeyedList {
    const byKey = new Map([...this, ...other].map((item) => [this.#keyOf(item), item]));
    return KeyedList.make(byKey.values(), this.#keyOf);
  }
}

export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

/** The name of a value's type, as type() and messages print it. */
export function runtimeType(value: CelValue): string {
  switch (typeof value) {
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    default:
      break;
  }
  if (value === null) return 'null_type';
  if (isList(value)) return 'list';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelOptional) return 'optional_type';
  if (value instanceof CelTypeValue) return 'type';
  return value.typeName;
}

/** True where a value is of a type, as far as a look at the value alone tells. */
export function isOfType(value: CelValue, type: CelType): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
      return true;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'uint':
      return value instanceof CelUint;
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Uint8Array;
    case 'null':
      return value === null;
    case 'timestamp':
      return value instanceof CelTimestamp;
    case 'duration':
      return value instanceof CelDuration;
    case 'list':
      return isList(value);
    case 'map':
    case 'object':
      return value instanceof CelMap;
    case 'optional':
      return value instanceof CelOptional;
    case 'type':
      return value instanceof CelTypeValue;
    case 'opaque':
      return value instanceof CelOpaque && value.typeName === type.name;
  }
}

function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof CelUint ? value.value : undefined;
}

export function celEquals(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && order(x, y) === 0;
  if (isList(a)) {
    if (a instanceof KeyedList) return isList(b) && a.equals(b);
    return isList(b) && a.length === b.length && a.every((item, index) => celEquals(item, b[index] as CelValue));
  }
  if (a instanceof CelMap) return b instanceof CelMap && a.equals(b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanoseconds === b.nanoseconds;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanoseconds === b.nanoseconds;
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && a.name === b.name;
  if (a instanceof CelOptional) {
    if (!(b instanceof CelOptional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return celEquals(a.value, b.value);
  }
  return a instanceof CelOpaque && b instanceof CelOpaque && a.typeName === b.typeName && a.equals(b);
}

/** Negative, zero or positive; undefined where the two have no order (NaN, other types). */
export function celCompare(a: CelValue, b: CelValue): number | undefined {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return order(x, y);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return order(a.nanoseconds, b.nanoseconds);
  if (a instanceof CelDuration && b instanceof CelDuration) return order(a.nanoseconds, b.nanoseconds);
  return undefined;
}

/** An integer is as precise as the double that it is compared with. */
function order(left: bigint | number, right: bigint | number): number | undefined {
  const [a, b] = typeof left === typeof right ? [left, right] : [Number(left), Number(right)];
  return a < b ? -1 : a > b ? 1 : a <= b ? 0 : undefined;
}

/** Characters, bytes, elements or entries; undefined: it has no size. */
export function sizeOf(value: CelValue): number | undefined {
  if (typeof value === 'string') {
    let size = 0;
    for (const _ of value) size++;
    return size;
  }
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return value instanceof CelMap ? value.size : undefined;
}
