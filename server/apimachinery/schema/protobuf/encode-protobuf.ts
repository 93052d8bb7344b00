/** API JSON to the protobuf bytes that Go's generated Marshal writes: in number order, zero values of non-pointers included. */
import { parseGoDuration } from '../../duration/go-duration.ts';
import { isRawJson, type JsonObject, type JsonValue, type RawJson } from '../../json.ts';
import { type Instant, parseTime } from '../go-time.ts';
import {
  type FieldSchema,
  Kind,
  type MapSchema,
  type Schema,
  type StructSchema,
  type VariantSchema,
} from '../type-schema.ts';
import { beginUnknown, endUnknown } from './envelope.ts';
import { type MessageTable, messageTable } from './message-table.ts';
import { ProtoWriter } from './proto-writer.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** Encoding is synchronous and does not call itself: one writer serves all. */
const writer = new ProtoWriter();

/** The bare message; the object must be in canonical form. kind and apiVersion are no part of it. */
export function encodeProtobuf(schema: StructSchema, object: JsonObject): Uint8Array {
  try {
    writeMessage(messageTable(schema), object);
    return writer.finish();
  } finally {
    writer.reset();
  }
}

/** The message in upstream's envelope, with the kind and apiVersion of the object: a whole response body. */
export function encodeProtobufObject(schema: StructSchema, object: JsonObject): Uint8Array {
  try {
    beginUnknown(writer);
    writeMessage(messageTable(schema), object);
    endUnknown(writer, { kind: text(object.kind), apiVersion: text(object.apiVersion) });
    return writer.finish();
  } finally {
    writer.reset();
  }
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function writeMessage(table: MessageTable, object: JsonObject | undefined): void {
  const { entries } = table;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry === undefined) continue;
    if (entry.embedded !== undefined) {
      const end = writer.size;
      writeMessage(entry.embedded, object);
      writer.varint(writer.size - end);
      writer.tag(entry.number, BYTES);
    } else {
      writeField(entry.number, entry.field, object?.[entry.field.name]);
    }
  }
}

function writeField(number: number, field: FieldSchema, value: JsonValue | undefined): void {
  const { schema } = field;
  const unset = value === undefined || value === null;
  switch (schema.kind) {
    case Kind.list: {
      if (unset) return;
      const items = value as readonly JsonValue[];
      if (schema.protobufMessage) {
        const end = writer.size;
        for (let at = items.length - 1; at >= 0; at--) writeValue(1, schema.element, items[at]);
        writer.varint(writer.size - end);
        writer.tag(number, BYTES);
        return;
      }
      for (let at = items.length - 1; at >= 0; at--) writeValue(number, schema.element, items[at]);
      return;
    }
    case Kind.map:
      if (!unset) writeMap(number, schema, value as JsonObject);
      return;
    case Kind.bytes:
      if (!unset) writeValue(number, schema, value);
      return;
    default:
      if (!unset || !field.pointer) writeValue(number, schema, value);
  }
}

/** One value with its tag; unset: Go's zero value. */
function writeValue(number: number, schema: Schema, value: JsonValue | undefined): void {
  switch (schema.kind) {
    case Kind.string:
      writer.string(text(value));
      break;
    case Kind.boolean:
      writer.varint(value === true ? 1 : 0);
      writer.tag(number, VARINT);
      return;
    case Kind.integer:
      writeInteger(value);
      writer.tag(number, VARINT);
      return;
    case Kind.float:
      writer.double(typeof value === 'number' ? value : 0);
      writer.tag(number, FIXED64);
      return;
    default:
      writeLengthDelimited(schema, value);
  }
  writer.tag(number, BYTES);
}

function writeInteger(value: JsonValue | undefined): void {
  if (typeof value === 'number' && value >= 0) writer.varint(value);
  else if (typeof value === 'number') writer.varint64(BigInt(value));
  else writer.varint64(isRawJson(value) ? BigInt(value.rawJSON) : 0n);
}

function writeLengthDelimited(schema: Schema, value: JsonValue | undefined): void {
  const end = writer.size;
  switch (schema.kind) {
    case Kind.struct:
      writeMessage(messageTable(schema), (value ?? undefined) as JsonObject | undefined);
      break;
    case Kind.time:
      if (typeof value === 'string') writeInstant(parseTime(value, 'seconds'), false);
      break;
    case Kind.microTime:
      if (typeof value === 'string') writeInstant(parseTime(value, 'micro'), true);
      break;
    case Kind.duration:
      writer.varint64(typeof value === 'string' ? parseGoDuration(value) : 0n);
      writer.tag(1, VARINT);
      break;
    case Kind.quantity:
      writer.string(typeof value === 'string' ? value : '0');
      writer.tag(1, BYTES);
      break;
    case Kind.intOrString:
      writeIntOrString(value);
      break;
    case Kind.raw:
      if (value !== undefined && value !== null) {
        writer.string(JSON.stringify(value));
        writer.tag(1, BYTES);
      }
      break;
    case Kind.bytes:
      if (typeof value === 'string') writer.bytes(Buffer.from(value, 'base64'));
      break;
    case Kind.variant:
      writeVariant(schema, value);
      break;
    case Kind.list: {
      const items = (value ?? []) as readonly JsonValue[];
      for (let at = items.length - 1; at >= 0; at--) writeValue(1, schema.element, items[at]);
      break;
    }
    default:
      throw new TypeError(`a ${schema.goType} has no protobuf form`);
  }
  writer.varint(writer.size - end);
}

/** Both fields are always written; Time keeps no fraction in protobuf either. */
function writeInstant(instant: Instant, withNanos: boolean): void {
  writeInteger(withNanos ? instant.nanos : 0);
  writer.tag(2, VARINT);
  writeInteger(instant.seconds);
  writer.tag(1, VARINT);
}

function writeIntOrString(value: JsonValue | undefined): void {
  const isString = typeof value === 'string';
  writer.string(isString ? value : '');
  writer.tag(3, BYTES);
  writeInteger(isString ? 0 : value);
  writer.tag(2, VARINT);
  writer.varint(isString ? 1 : 0);
  writer.tag(1, VARINT);
}

function writeVariant(schema: VariantSchema, value: JsonValue | undefined): void {
  const isStruct = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (schema.alternative === 'boolean') {
    if (isStruct) writeValue(2, schema.struct(), value);
    writer.varint(isStruct || value === true ? 1 : 0);
    writer.tag(1, VARINT);
  } else if (isStruct) {
    writeValue(1, schema.struct(), value);
  } else if (Array.isArray(value)) {
    const element = schema.alternative === 'schemas' ? schema.struct() : STRING;
    for (let at = value.length - 1; at >= 0; at--) writeValue(2, element, value[at]);
  }
}

const STRING: Schema = { kind: Kind.string, goType: 'string' };

/** Sorted by key, as Go writes maps; keys are in order already in canonical form but for those that look like integers. */
function writeMap(number: number, schema: MapSchema, map: JsonObject | RawJson): void {
  const entries = map as JsonObject;
  const keys = Object.keys(entries).sort();
  for (let at = keys.length - 1; at >= 0; at--) {
    const key = keys[at] ?? '';
    const value = entries[key];
    const end = writer.size;
    // A nil []byte is the one value that an entry does not write.
    if (schema.value.kind !== Kind.bytes || (value !== null && value !== undefined)) writeValue(2, schema.value, value);
    writer.string(key);
    writer.tag(1, BYTES);
    writer.varint(writer.size - end);
    writer.tag(number, BYTES);
  }
}
