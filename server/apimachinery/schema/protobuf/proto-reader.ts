/** Reads protobuf wire values; errors are those of Go's generated Unmarshal. */
import { type JsonValue, rawJson } from '../../json.ts';
import { DecodeError } from '../decode-error.ts';
import { decodeUtf8 } from '../go-utf8.ts';

const TWO_32 = 2 ** 32;

export interface Tag {
  readonly number: number;
  readonly wireType: number;
}

export class ProtoReader {
  readonly bytes: Uint8Array;
  /** The same bytes as Latin-1: ASCII strings are cut out of it. */
  readonly #text: string;
  at = 0;
  /** The last varint, as two unsigned 32-bit halves. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  /** Sets `low` and `high`; returns the value where it has 32 bits, else something beyond them. */
  varint(end: number): number {
    let at = this.at;
    if (at >= end) throw unexpectedEnd();
    let byte = this.bytes[at++] as number;
    if (byte < 0x80) {
      this.at = at;
      this.high = 0;
      this.low = byte;
      return byte;
    }
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; ; shift += 7) {
      if (shift >= 64) throw new DecodeError('proto: integer overflow');
      if (at >= end) throw unexpectedEnd();
      byte = this.bytes[at++] as number;
      const group = byte & 0x7f;
      if (shift < 28) low |= group << shift;
      else if (shift === 28) {
        low |= group << 28;
        high = group >>> 4;
      } else high |= group << (shift - 32);
      if (byte < 0x80) break;
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
    return this.high * TWO_32 + this.low;
  }

  /** Wire type and field number of the next field; `message` is named in errors. */
  tag(end: number, message: string): Tag {
    const tag = this.looseTag(end);
    if (tag.wireType === 4) throw new DecodeError(`proto: ${message}: wiretype end group for non-group`);
    if (tag.number <= 0) {
      const wire = (BigInt(this.high) << 32n) | BigInt(this.low);
      throw new DecodeError(`proto: ${message}: illegal tag ${tag.number} (wire type ${wire})`);
    }
    return tag;
  }

  /** The same without checks: inside map entries Go makes none. */
  looseTag(end: number): Tag {
    this.varint(end);
    return { number: (this.low >>> 3) | (this.high << 29), wireType: this.low & 7 };
  }

  /** End of the length-delimited value that begins here. */
  delimited(end: number): number {
    const length = this.varint(end);
    if (this.high >= 0x80000000) throw new DecodeError('proto: negative length found during unmarshaling');
    const stop = this.at + length;
    if (stop > end) throw unexpectedEnd();
    return stop;
  }

  int32(end: number): number {
    this.varint(end);
    return this.low | 0;
  }

  /** Rounded beyond 2^53. */
  int64AsNumber(end: number): number {
    this.varint(end);
    return (this.high | 0) * TWO_32 + this.low;
  }

  /** RawJson beyond 2^53. */
  int64(end: number): JsonValue {
    const signed = this.int64AsNumber(end);
    if (Number.isSafeInteger(signed)) return signed;
    return rawJson(String(BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low))));
  }

  boolean(end: number): boolean {
    this.varint(end);
    return this.low !== 0 || this.high !== 0;
  }

  double(end: number): number {
    if (this.at + 8 > end) throw unexpectedEnd();
    const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).getFloat64(0, true);
    this.at += 8;
    return value;
  }

  /** Length-delimited text. */
  string(end: number): string {
    const stop = this.delimited(end);
    const start = this.at;
    this.at = stop;
    for (let at = start; at < stop; at++) {
      if ((this.bytes[at] as number) >= 0x80) return decodeUtf8(this.bytes.subarray(start, stop));
    }
    return this.#text.slice(start, stop);
  }

  /** Length-delimited bytes: a view. */
  slice(end: number): Uint8Array {
    const stop = this.delimited(end);
    const slice = this.bytes.subarray(this.at, stop);
    this.at = stop;
    return slice;
  }

  /** Passes over a value of a field that the message does not have; groups are passed over whole. */
  skip(wireType: number, end: number): void {
    let depth = 0;
    let type = wireType;
    for (;;) {
      switch (type) {
        case 0:
          this.varint(end);
          break;
        case 1:
          this.at += 8;
          break;
        case 2:
          this.at = this.delimited(end);
          break;
        case 3:
          depth++;
          break;
        case 4:
          if (depth-- === 0) throw new DecodeError('proto: unexpected end of group');
          break;
        case 5:
          this.at += 4;
          break;
        default:
          throw new DecodeError(`proto: illegal wireType ${type}`);
      }
      if (this.at > end) throw unexpectedEnd();
      if (depth === 0) return;
      type = this.looseTag(end).wireType;
    }
  }
}

function unexpectedEnd(): DecodeError {
  return new DecodeError('unexpected EOF');
}
