/** A protobuf writer that fills its buffer from the end, so that a message's length is known when its tag is written. */

const INITIAL_BYTES = 64 * 1024;

export class ReverseWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  private position = INITIAL_BYTES;

  /** Writes a nested message: `body` writes its fields, last to first. */
  message(number: number, body: () => void): void {
    const end = this.written();
    body();
    this.unsigned(this.written() - end);
    this.tag(number, 2);
  }

  string(number: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.position -= length;
    this.buffer.write(value, this.position, length, 'utf8');
    this.unsigned(length);
    this.tag(number, 2);
  }

  /** An integer up to 2^53 in magnitude. */
  varint(number: number, value: number): void {
    const integer = Math.trunc(value);
    this.unsigned(integer < 0 ? BigInt.asUintN(64, BigInt(integer)) : integer);
    this.tag(number, 0);
  }

  double(number: number, value: number): void {
    this.reserve(8);
    this.position -= 8;
    this.buffer.writeDoubleLE(value, this.position);
    this.tag(number, 1);
  }

  /** The bytes written, in a buffer of their own. */
  finish(): Buffer {
    return Buffer.from(this.buffer.subarray(this.position));
  }

  private written(): number {
    return this.buffer.length - this.position;
  }

  private tag(number: number, wireType: number): void {
    this.unsigned(number * 8 + wireType);
  }

  private unsigned(value: number | bigint): void {
    if (typeof value === 'bigint' || value > 0x7fffffff) {
      this.bytes(groupsOf(BigInt(value)));
    } else if (value < 0x80) {
      this.reserve(1);
      this.buffer[--this.position] = value;
    } else {
      let length = 1;
      for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
      this.reserve(length);
      this.position -= length;
      let rest = value;
      for (let i = this.position; rest >= 0x80; i++, rest >>>= 7) this.buffer[i] = (rest & 0x7f) | 0x80;
      this.buffer[this.position + length - 1] = rest;
    }
  }

  private bytes(bytes: readonly number[]): void {
    this.reserve(bytes.length);
    this.position -= bytes.length;
    this.buffer.set(bytes, this.position);
  }

  private reserve(bytes: number): void {
    if (this.position >= bytes) return;
    const length = Math.max(this.buffer.length * 2, this.written() + bytes);
    const grown = Buffer.allocUnsafe(length);
    const position = length - this.written();
    this.buffer.copy(grown, position, this.position);
    this.buffer = grown;
    this.position = position;
  }
}

/** The groups of seven bits of a large integer, lowest first, each but the last marked as continued. */
function groupsOf(value: bigint): number[] {
  const groups: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
  groups.push(Number(rest));
  return groups;
}
