/** A watch event in protobuf: length-delimited metav1.WatchEvent { type = 1, object = 2 { raw = 1 } }. */
const lengthBytes = 4;

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

function writeVarint(out: Buffer, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[end++] = (rest % 0x80) | 0x80;
  out[end++] = rest;
  return end;
}

/** `object` is a whole object in its own envelope. */
export function watchEventFrame(type: string, object: Uint8Array): Buffer {
  const inner = 1 + varintLength(object.length) + object.length;
  const size = 1 + varintLength(type.length) + type.length + 1 + varintLength(inner) + inner;
  const out = Buffer.allocUnsafe(lengthBytes + size);
  let end = out.writeUInt32BE(size, 0);
  out[end++] = 0x0a;
  end = writeVarint(out, end, type.length);
  end += out.write(type, end, 'latin1');
  out[end++] = 0x12;
  end = writeVarint(out, end, inner);
  out[end++] = 0x0a;
  end = writeVarint(out, end, object.length);
  out.set(object, end);
  return out;
}
