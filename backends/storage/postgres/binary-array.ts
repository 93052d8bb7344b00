/** PostgreSQL's binary form of one-dimensional arrays: a third of the CPU of the text form. */
const INT8_OID = 20;
const TEXT_OID = 25;
/** Dimensions, null flag, element type, length, lower bound: five 32-bit integers. */
const HEADER_BYTES = 20;

export function binaryInt8Array(numbers: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + numbers.length * 12);
  let at = writeHeader(buffer, INT8_OID, numbers.length, false);
  for (const number of numbers) {
    at = buffer.writeInt32BE(8, at);
    at = buffer.writeInt32BE(Math.floor(number / 0x1_0000_0000), at);
    at = buffer.writeUInt32BE(number >>> 0, at);
  }
  return buffer;
}

export function binaryTextArray(texts: readonly string[]): Buffer {
  let bytes = HEADER_BYTES;
  for (const text of texts) {
    bytes += 4 + Buffer.byteLength(text);
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let at = writeHeader(buffer, TEXT_OID, texts.length, false);
  for (const text of texts) {
    const length = buffer.write(text, at + 4);
    buffer.writeInt32BE(length, at);
    at += 4 + length;
  }
  return buffer;
}

/** text[] of values that are UTF-8 already; undefined becomes null. */
export function binaryUtf8Array(values: readonly (Uint8Array | undefined)[]): Buffer {
  let bytes = HEADER_BYTES;
  let hasNull = false;
  for (const value of values) {
    bytes += 4 + (value?.length ?? 0);
    hasNull ||= value === undefined;
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let at = writeHeader(buffer, TEXT_OID, values.length, hasNull);
  for (const value of values) {
    at = buffer.writeInt32BE(value?.length ?? -1, at);
    if (value !== undefined) {
      buffer.set(value, at);
      at += value.length;
    }
  }
  return buffer;
}

/** An empty array has no dimension at all, but no batch is empty. */
function writeHeader(buffer: Buffer, elementType: number, length: number, hasNull: boolean): number {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(elementType, 8);
  buffer.writeInt32BE(length, 12);
  return buffer.writeInt32BE(1, 16);
}
