/** Protobuf bytes to API JSON in canonical form: what decoding the same object from JSON gives. */
import { formatGoDuration } from '../../duration/go-duration.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { canonicalQuantity, QuantityError } from '../../quantity/quantity.ts';
import { inKeyOrder, isDropped, setKey, zeroOf, zeroValue } from '../canonical.ts';
import { DecodeError, MAX_DEPTH, TOO_DEEP } from '../decode-error.ts';
import { formatTime, ZERO_TIME_SECONDS } from '../go-time.ts';
import { parseRaw } from '../raw-json.ts';
import {
  type FieldSchema,
  Kind,
  type MapSchema,
  type Schema,
  type StructSchema,
  type VariantSchema,
} from '../type-schema.ts';
import type { UnknownTypeMeta } from './envelope.ts';
import { type MessageTable, messageTable } from './message-table.ts';
import { ProtoReader } from './proto-reader.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const MICRO_NANOS = 1000;

/**
 * Decodes one bare message. `typeMeta` (from the envelope) is put in front, since messages do not hold it. Throws DecodeError
 * with Go's message on malformed bytes; unknown fields are passed over.
 */
export function decodeProtobuf(schema: StructSchema, bytes: Uint8Array, typeMeta?: UnknownTypeMeta): JsonObject {
  try {
    return new MessageDecoder(bytes).decode(schema, typeMeta);
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

class MessageDecoder {
  readonly #reader: ProtoReader;
  /** Values of the fields of the structs being read, by Go's order from `base`: a stack, so that no struct allocates its own. */
  readonly #slots: Array<JsonValue | undefined> = [];
  #top = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new ProtoReader(bytes);
  }

  decode(schema: StructSchema, typeMeta: UnknownTypeMeta | undefined): JsonObject {
    const seed: JsonObject = {};
    if (typeMeta !== undefined) {
      if (typeMeta.kind !== '') seed.kind = typeMeta.kind;
      if (typeMeta.apiVersion !== '') seed.apiVersion = typeMeta.apiVersion;
    }
    return this.#struct(schema, this.#reader.bytes.length, seed);
  }

  /** `before`: what an earlier occurrence of the same field has given; the two are merged. */
  #struct(schema: StructSchema, end: number, before?: JsonObject): JsonObject {
    if (++this.#depth > MAX_DEPTH) throw new DecodeError(TOO_DEEP);
    const slots = this.#slots;
    const base = this.#top;
    const { fields } = schema;
    this.#top = base + fields.length;
    for (let index = 0; index < fields.length; index++) {
      slots[base + index] = before === undefined ? undefined : before[(fields[index] as FieldSchema).name];
    }
    this.#message(messageTable(schema), base, end);
    const object: JsonObject = {};
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as FieldSchema;
      const value = slots[base + index];
      if (value === undefined || value === null) {
        if (field.always) object[field.name] = zeroOf(field);
      } else if (!isDropped(field, value)) {
        object[field.name] = field.schema.kind === Kind.map ? inKeyOrder(value as JsonObject) : value;
      }
    }
    this.#top = base;
    this.#depth--;
    return object;
  }

  #message(table: MessageTable, base: number, end: number): void {
    const reader = this.#reader;
    while (reader.at < end) {
      const { number, wireType } = reader.tag(end, table.goName);
      const entry = table.byNumber[number];
      if (entry === undefined) {
        reader.skip(wireType, end);
      } else if (entry.embedded !== undefined) {
        expectWireType(wireType, BYTES, entry.goName);
        this.#message(entry.embedded, base, reader.delimited(end));
      } else {
        const slot = base + entry.field.index;
        this.#slots[slot] = this.#field(entry.field.schema, wireType, end, this.#slots[slot], entry.goName);
      }
    }
  }

  #field(
    schema: Schema,
    wireType: number,
    end: number,
    before: JsonValue | undefined,
    goName: string,
  ): JsonValue | undefined {
    switch (schema.kind) {
      case Kind.list: {
        const list = Array.isArray(before) ? before : [];
        if (schema.protobufMessage) {
          expectWireType(wireType, BYTES, goName);
          return this.#items(list, schema.element, this.#reader.delimited(end));
        }
        this.#element(list, schema.element, wireType, end, goName);
        return list;
      }
      case Kind.map:
        expectWireType(wireType, BYTES, goName);
        return this.#entry(schema, (before ?? {}) as JsonObject, this.#reader.delimited(end), goName);
      default:
        return this.#value(schema, wireType, end, before, goName);
    }
  }

  /** One element, or several numbers packed into one value. */
  #element(list: JsonValue[], element: Schema, wireType: number, end: number, goName: string): void {
    if (wireType === BYTES && wireTypeOf(element) !== BYTES) {
      const stop = this.#reader.delimited(end);
      while (this.#reader.at < stop) list.push(this.#value(element, wireTypeOf(element), stop, undefined, goName) ?? 0);
      return;
    }
    list.push(this.#value(element, wireType, end, undefined, goName) ?? zeroValue(element));
  }

  /** The fields 1 of a message that is a list (Verbs). */
  #items(list: JsonValue[], element: Schema, end: number): JsonValue[] {
    this.#each('Items', end, (number, wireType) => {
      if (number === 1) this.#element(list, element, wireType, end, 'Items');
      return number === 1;
    });
    return list;
  }

  #entry(schema: MapSchema, map: JsonObject, end: number, goName: string): JsonObject {
    let key = '';
    let value: JsonValue | undefined;
    const reader = this.#reader;
    const expected = wireTypeOf(schema.value);
    // Go reads key and value whatever wire types they claim to have.
    while (reader.at < end) {
      const { number, wireType } = reader.looseTag(end);
      if (number === 1) key = reader.string(end);
      else if (number === 2) value = this.#field(schema.value, expected, end, value, goName);
      else reader.skip(wireType, end);
    }
    setKey(map, key, value ?? (schema.value.kind === Kind.bytes ? '' : zeroValue(schema.value)));
    return map;
  }

  /** The fields of a message that has no struct; `read` returns false for those it does not know. */
  #each(goName: string, end: number, read: (number: number, wireType: number) => boolean): void {
    const reader = this.#reader;
    while (reader.at < end) {
      const { number, wireType } = reader.tag(end, goName);
      if (!read(number, wireType)) reader.skip(wireType, end);
    }
  }

  #string(wireType: number, end: number, goName: string): string {
    expectWireType(wireType, BYTES, goName);
    return this.#reader.string(end);
  }

  #value(
    schema: Schema,
    wireType: number,
    end: number,
    before: JsonValue | undefined,
    goName: string,
  ): JsonValue | undefined {
    const reader = this.#reader;
    expectWireType(wireType, wireTypeOf(schema), goName);
    switch (schema.kind) {
      case Kind.string:
        return reader.string(end);
      case Kind.boolean:
        return reader.boolean(end);
      case Kind.integer:
        return schema.max <= MAX_INT32 ? reader.int32(end) : reader.int64(end);
      case Kind.float:
        return reader.double(end);
      case Kind.bytes: {
        const slice = reader.slice(end);
        return Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength).toString('base64');
      }
      case Kind.struct:
        return this.#struct(schema, reader.delimited(end), before as JsonObject | undefined);
      case Kind.time:
        return this.#time('seconds', reader.delimited(end));
      case Kind.microTime:
        return this.#time('micro', reader.delimited(end));
      case Kind.quantity: {
        let text = '';
        const stop = reader.delimited(end);
        this.#each('Quantity', stop, (number, type) => {
          if (number === 1) text = this.#string(type, stop, 'String_');
          return number === 1;
        });
        return canonicalQuantity(text);
      }
      case Kind.duration: {
        let nanos = 0n;
        const stop = reader.delimited(end);
        this.#each('Duration', stop, (number, type) => {
          if (number !== 1) return false;
          expectWireType(type, VARINT, 'Duration');
          reader.varint(stop);
          nanos = BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low));
          return true;
        });
        return formatGoDuration(nanos);
      }
      case Kind.intOrString:
        return this.#intOrString(reader.delimited(end));
      case Kind.raw: {
        let raw: Uint8Array | undefined;
        const stop = reader.delimited(end);
        this.#each('RawExtension', stop, (number, type) => {
          if (number !== 1) return false;
          expectWireType(type, BYTES, 'Raw');
          raw = reader.slice(stop);
          return true;
        });
        return raw === undefined || raw.length === 0 ? undefined : parseRaw(raw);
      }
      case Kind.variant:
        return this.#variant(schema, reader.delimited(end));
      default:
        throw new DecodeError(`proto: ${schema.goType} has no protobuf form`);
    }
  }

  /** An empty message is Go's zero time. */
  #time(precision: 'seconds' | 'micro', end: number): JsonValue | undefined {
    const reader = this.#reader;
    if (reader.at === end) return undefined;
    let seconds = 0;
    let nanos = 0;
    this.#each('Timestamp', end, (number, wireType) => {
      if (number !== 1 && number !== 2) return false;
      expectWireType(wireType, VARINT, number === 1 ? 'Seconds' : 'Nanos');
      if (number === 1) seconds = reader.int64AsNumber(end);
      else nanos = reader.int32(end);
      return true;
    });
    const whole = precision === 'micro' ? Math.trunc(nanos / MICRO_NANOS) * MICRO_NANOS : 0;
    // Negative or oversized fractions carry over into the seconds, as in Go's time.Unix.
    const carry = Math.floor(whole / NANOS_PER_SECOND);
    const instant = { seconds: seconds + carry, nanos: whole - carry * NANOS_PER_SECOND };
    return instant.seconds === ZERO_TIME_SECONDS && instant.nanos === 0 ? undefined : formatTime(instant, precision);
  }

  #intOrString(end: number): JsonValue {
    const reader = this.#reader;
    let isString = false;
    let integer = 0;
    let text = '';
    this.#each('IntOrString', end, (number, wireType) => {
      if (number === 3) text = this.#string(wireType, end, 'StrVal');
      else if (number === 1 || number === 2) {
        expectWireType(wireType, VARINT, number === 1 ? 'Type' : 'IntVal');
        const value = reader.int32(end);
        if (number === 1) isString = value === 1;
        else integer = value;
      } else return false;
      return true;
    });
    return isString ? text : integer;
  }

  #variant(schema: VariantSchema, end: number): JsonValue | undefined {
    const reader = this.#reader;
    let allows = false;
    let struct: JsonValue | undefined;
    const list: JsonValue[] = [];
    const structNumber = schema.alternative === 'boolean' ? 2 : 1;
    const element = schema.alternative === 'strings' ? STRING : schema.struct();
    this.#each(schema.goType, end, (number, wireType) => {
      if (number === structNumber) struct = this.#value(schema.struct(), wireType, end, struct, 'Schema');
      else if (number === 2) this.#element(list, element, wireType, end, 'Items');
      else if (number === 1) {
        expectWireType(wireType, VARINT, 'Allows');
        allows = reader.boolean(end);
      } else return false;
      return true;
    });
    if (schema.alternative === 'boolean') return struct ?? allows;
    return list.length > 0 ? list : struct;
  }
}

const STRING: Schema = { kind: Kind.string, goType: 'string' };
const MAX_INT32 = 2 ** 31 - 1;
const NANOS_PER_SECOND = 1_000_000_000;

function wireTypeOf(schema: Schema): number {
  switch (schema.kind) {
    case Kind.boolean:
    case Kind.integer:
      return VARINT;
    case Kind.float:
      return FIXED64;
    default:
      return BYTES;
  }
}

function expectWireType(found: number, expected: number, goName: string): void {
  if (found !== expected) throw new DecodeError(`proto: wrong wireType = ${found} for field ${goName}`);
}
