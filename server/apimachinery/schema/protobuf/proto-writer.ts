/**
 * Protobuf bytes written from the end to the front, as Go's generated code does: a message is there before its length is
 * written, so that one pass is enough.
 */
const INITIAL_BYTES = 16 * 1024;
/** Buffers beyond this are given back rather than kept for the next message. */
const KEPT_BYTES = 1024 * 1024;
/** Strings up to this length are copied by a loop; longer ones are cheaper through the runtime. */
const LOOP_LENGTH = 48;

export class ProtoWriter {
  #bytes: Buffer;
  /** Index of the first byte written. */
  #start: number;

  /** `bytes`: room to begin with; the writer grows. */
  constructor(bytes = INITIAL_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    this.#start = bytes;
  }

  /** Bytes written so far: the difference of two is the length of what was written between. */
  get size(): number {
    return this.#bytes.length - this.#start;
  }

  /** A copy of what was written; the writer is empty afterwards. */
  finish(): Uint8Array {
    const result = Buffer.from(this.#bytes.subarray(this.#start));
    this.reset();
    return result;
  }

  reset(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.#start = this.#bytes.length;
  }

  /** Field number and wire type. */
  tag(number: number, wireType: number): void {
    this.varint(number * 8 + wireType);
  }

  /** Of an integer from 0 to 2^53. */
  varint(value: number): void {
    if (value < 0x80) {
      this.#reserve(1);
      this.#bytes[--this.#start] = value;
      return;
    }
    let length = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
    this.#reserve(length);
    this.#start -= length;
    let at = this.#start;
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[at] = rest;
  }

  /** Of any 64-bit integer; negative ones take ten bytes. */
  varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    const groups: number[] = [];
    do {
      groups.push(Number(rest & 0x7fn));
      rest >>= 7n;
    } while (rest > 0n);
    this.#reserve(groups.length);
    this.#start -= groups.length;
    for (const [at, group] of groups.entries()) {
      this.#bytes[this.#start + at] = at === groups.length - 1 ? group : group | 0x80;
    }
  }

  double(value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#bytes.writeDoubleLE(value, this.#start);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#bytes.set(value, this.#start);
  }

  /** With its length in front. */
  string(value: string): void {
    const length = value.length;
    if (length <= LOOP_LENGTH) {
      this.#reserve(length);
      const bytes = this.#bytes;
      let at = this.#start;
      let index = length - 1;
      for (; index >= 0; index--) {
        const code = value.charCodeAt(index);
        if (code >= 0x80) break;
        bytes[--at] = code;
      }
      if (index < 0) {
        this.#start = at;
        this.varint(length);
        return;
      }
    }
    const size = Buffer.byteLength(value, 'utf8');
    this.#reserve(size);
    this.#start -= size;
    this.#bytes.write(value, this.#start, size, 'utf8');
    this.varint(size);
  }

  #reserve(count: number): void {
    if (this.#start >= count) return;
    const used = this.size;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, used + count));
    this.#bytes.copy(grown, grown.length - used, this.#start);
    this.#bytes = grown;
    this.#start = grown.length - used;
  }
}
