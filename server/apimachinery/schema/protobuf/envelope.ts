/** What upstream puts around protobuf messages: the k8s\0 prefix with runtime.Unknown, and the frames of a watch. */
import { DecodeError } from '../decode-error.ts';
import { ProtoReader } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';

/** "k8s" and a zero byte. */
const PREFIX = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);
const FRAME_HEADER_BYTES = 4;
const BYTES = 2;
/** Empty contentType and contentEncoding. */
const TRAILER_BYTES = 4;
/** More than an envelope takes with any kind of the API. */
const ENVELOPE_BYTES = 256;

export interface UnknownTypeMeta {
  readonly kind: string;
  readonly apiVersion: string;
}

/** runtime.Unknown; kind and apiVersion are empty where the sender left them out. */
export interface Unknown extends UnknownTypeMeta {
  /** The message; a view into the bytes given. */
  readonly raw: Uint8Array;
  readonly contentEncoding: string;
  readonly contentType: string;
}

/** The writer goes backwards: this comes before the message, and `endUnknown` after it. */
export function beginUnknown(writer: ProtoWriter): void {
  writer.string('');
  writer.tag(4, BYTES);
  writer.string('');
  writer.tag(3, BYTES);
}

export function endUnknown(writer: ProtoWriter, typeMeta: UnknownTypeMeta): void {
  writer.varint(writer.size - TRAILER_BYTES);
  writer.tag(2, BYTES);
  const end = writer.size;
  writer.string(typeMeta.kind);
  writer.tag(2, BYTES);
  writer.string(typeMeta.apiVersion);
  writer.tag(1, BYTES);
  writer.varint(writer.size - end);
  writer.tag(1, BYTES);
  writer.bytes(PREFIX);
}

/** A message in the envelope: a whole body. */
export function wrapUnknown(typeMeta: UnknownTypeMeta, message: Uint8Array): Uint8Array {
  const writer = new ProtoWriter(message.length + ENVELOPE_BYTES);
  beginUnknown(writer);
  writer.bytes(message);
  endUnknown(writer, typeMeta);
  return writer.finish();
}

/** Throws DecodeError with upstream's message where the bytes are no envelope. */
export function unwrapUnknown(bytes: Uint8Array): Unknown {
  if (bytes.length === 0) throw new DecodeError('empty data');
  if (PREFIX.some((byte, at) => bytes[at] !== byte)) {
    throw new DecodeError(
      `provided data does not appear to be a protobuf message, expected prefix [${PREFIX.join(' ')}]`,
    );
  }
  if (bytes.length === PREFIX.length) throw new DecodeError('empty body');
  const body = bytes.subarray(PREFIX.length);
  const reader = new ProtoReader(body);
  const unknown = { kind: '', apiVersion: '', raw: body.subarray(0, 0), contentEncoding: '', contentType: '' };
  eachField(reader, body.length, 'Unknown', ['TypeMeta', 'Raw', 'ContentEncoding', 'ContentType'], (number) => {
    if (number === 2) unknown.raw = reader.slice(body.length);
    else if (number === 3) unknown.contentEncoding = reader.string(body.length);
    else if (number === 4) unknown.contentType = reader.string(body.length);
    else {
      const end = reader.delimited(body.length);
      eachField(reader, end, 'TypeMeta', ['APIVersion', 'Kind'], (part) => {
        if (part === 1) unknown.apiVersion = reader.string(end);
        else unknown.kind = reader.string(end);
      });
    }
  });
  return unknown;
}

/** All fields of these messages are length-delimited, with numbers from 1 in the order of `names`. */
function eachField(
  reader: ProtoReader,
  end: number,
  message: string,
  names: readonly string[],
  read: (number: number) => void,
): void {
  while (reader.at < end) {
    const { number, wireType } = reader.tag(end, message);
    const name = names[number - 1];
    if (name === undefined) reader.skip(wireType, end);
    else if (wireType !== BYTES) throw new DecodeError(`proto: wrong wireType = ${wireType} for field ${name}`);
    else read(number);
  }
}

/** One event of a watch stream: its length in four bytes, most significant first, then the message. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(FRAME_HEADER_BYTES + message.length);
  new DataView(framed.buffer).setUint32(0, message.length);
  framed.set(message, FRAME_HEADER_BYTES);
  return framed;
}

/**
 * One framed watch event. `object` is a whole body of its own (encodeProtobufObject, or JSON for what has no protobuf form);
 * the event has no envelope.
 */
export function frameWatchEvent(type: string, object: Uint8Array): Uint8Array {
  const writer = new ProtoWriter(object.length + ENVELOPE_BYTES);
  writer.bytes(object);
  writer.varint(object.length);
  writer.tag(1, BYTES);
  writer.varint(writer.size);
  writer.tag(2, BYTES);
  writer.string(type);
  writer.tag(1, BYTES);
  const length = writer.size;
  writer.bytes(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length));
  return writer.finish();
}
