/**
 * A protobuf answer as its fields in the order in which they were written, so that every byte is compared but what
 * legitimately differs: revisions, times and identifiers get the form in which the normaliser knows them. managedFields are
 * left out: they are compared through JSON.
 */
import type { Json, JsonObject } from './case.ts';

const MAGIC = 'k8s\0';
const RAW = 2;
/** Fields of ObjectMeta. */
const RESOURCE_VERSION = 6;
const MANAGED_FIELDS = 17;
const LIST_ITEMS = 2;
/** Seconds since the epoch: varints from 2017 on are shown as times where they stand alone in a message. */
const EARLIEST_TIME = 1_500_000_000;
const LATEST_TIME = 8_000_000_000;

/** As both servers allocate them: the normaliser numbers addresses; ports are taken at random. */
const CLUSTER_ADDRESS = /^10\.\d+\.\d+\.\d+$/;
const NODE_PORTS = { from: 30_000, to: 32_767 };

interface Field {
  readonly number: number;
  readonly wire: number;
  readonly value: number | bigint | Buffer;
}

export function readProtobuf(body: Buffer): Json {
  const magic = body.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
  const envelope = magic ? fieldsOf(body.subarray(MAGIC.length)) : undefined;
  if (envelope === undefined) return { magic };
  const typeMeta = fieldsOf(bytesOf(envelope, 1)) ?? [];
  const kind = bytesOf(typeMeta, 2).toString();
  const raw = bytesOf(envelope, RAW);
  return {
    magic,
    apiVersion: bytesOf(typeMeta, 1).toString(),
    kind,
    envelope: show(envelope.filter(({ number }) => number !== RAW && number !== 1)),
    object: kind.endsWith('List') ? list(raw) : object(raw),
  };
}

function list(message: Buffer): Json {
  return (fieldsOf(message) ?? []).map(({ number, wire, value }) => {
    if (number === LIST_ITEMS) return { '2': object(value as Buffer) };
    // The revision of a list is the store's.
    if (number === 1) return { '1': '{metadata of the list}' };
    return shownField({ number, wire, value });
  });
}

function object(message: Buffer): Json {
  return (fieldsOf(message) ?? []).map((field) =>
    field.number === 1 && field.wire === 2 ? { metadata: metadata(field.value as Buffer) } : shownField(field),
  );
}

function metadata(message: Buffer): Json {
  return (fieldsOf(message) ?? [])
    .filter(({ number }) => number !== MANAGED_FIELDS)
    .map((field) =>
      field.number === RESOURCE_VERSION ? { resourceVersion: String(field.value as Buffer) } : shownField(field),
    );
}

function show(fields: readonly Field[]): Json {
  return fields.map(shownField);
}

function shownField({ number, wire, value }: Field): JsonObject {
  return { [number]: Buffer.isBuffer(value) && wire === 2 ? shownBytes(value) : scalar(wire, value) };
}

function scalar(wire: number, value: Field['value']): Json {
  if (wire === 0 && Number(value) >= NODE_PORTS.from && Number(value) <= NODE_PORTS.to) return '{port}';
  return `${['varint', 'fixed64', '', '', '', 'fixed32'][wire]} ${Buffer.isBuffer(value) ? value.toString('hex') : value}`;
}

/** Without a schema a text cannot be told from a message: what is printable is a text, what parses a message. */
function shownBytes(bytes: Buffer): Json {
  if (bytes.length === 0) return '';
  const text = bytes.toString('utf8');
  if (isPrintable(text)) return CLUSTER_ADDRESS.test(text) ? { clusterIP: text } : text;
  const fields = fieldsOf(bytes);
  if (fields === undefined) return `bytes ${bytes.toString('base64')}`;
  return timeOf(fields) ?? show(fields);
}

function isPrintable(text: string): boolean {
  return !text.startsWith('\n') && !/[^\P{Cc}\t\n\r]|\ufffd/u.test(text);
}

function timeOf([seconds, nanos, ...more]: readonly Field[]): string | undefined {
  if (seconds?.number !== 1 || seconds.wire !== 0 || nanos?.number !== 2 || more.length > 0) return undefined;
  const at = Number(seconds.value);
  if (at < EARLIEST_TIME || at > LATEST_TIME) return undefined;
  const fraction = nanos.value === 0 ? '' : `.${String(nanos.value).padStart(9, '0').slice(0, 6)}`;
  return new Date(at * 1000).toISOString().replace('.000Z', `${fraction}Z`);
}

function bytesOf(fields: readonly Field[], number: number): Buffer {
  const value = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

/** Undefined for bytes that are no message. */
function fieldsOf(message: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number | bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
    }
    return undefined;
  };
  const take = (length: number): Buffer | undefined => {
    at += length;
    return at <= message.length ? message.subarray(at - length, at) : undefined;
  };
  while (at < message.length) {
    const tag = varint();
    if (typeof tag !== 'number' || tag < 8) return undefined;
    const wire = tag & 7;
    const length = wire === 2 ? varint() : undefined;
    const value =
      wire === 0
        ? varint()
        : wire === 1
          ? take(8)
          : wire === 5
            ? take(4)
            : typeof length === 'number'
              ? take(length)
              : undefined;
    if (value === undefined) return undefined;
    fields.push({ number: Math.floor(tag / 8), wire, value });
  }
  return fields;
}
