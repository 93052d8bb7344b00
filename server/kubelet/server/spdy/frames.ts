/** SPDY/3.1 frames as bytes. Source: SPDY protocol draft 3, section 2.2. */
export interface DataFrame {
  readonly type: 'data';
  readonly streamId: number;
  readonly isLast: boolean;
  readonly data: Buffer;
}

export interface ControlFrame {
  readonly type: 'control';
  readonly kind: number;
  readonly flags: number;
  readonly body: Buffer;
}

export const kinds = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8 } as const;
export const FLAG_LAST = 1;

const HEADER_BYTES = 8;
/** Bytes of a frame that is taken: whoever has been let in sends tens of kilobytes at a time. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Bytes of data that are put into one frame. */
const MAX_DATA_BYTES = 64 * 1024;

/** Whole frames out of bytes as they come. @throws RangeError for a frame that is too long, Error for another protocol */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<DataFrame | ControlFrame, undefined> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER_BYTES) {
      const length = bytes.readUIntBE(5, 3);
      if (length > MAX_FRAME_BYTES) throw new RangeError('the frame is too long');
      const end = HEADER_BYTES + length;
      if (bytes.length < end) break;
      yield frameOf(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    // A copy, so that the rest does not keep what came with it.
    this.#rest = Buffer.from(bytes);
  }
}

function frameOf(bytes: Buffer): DataFrame | ControlFrame {
  const flags = bytes.readUInt8(4);
  const body = bytes.subarray(HEADER_BYTES);
  const first = bytes.readUInt32BE(0);
  if (first < 0x8000_0000) {
    return { type: 'data', streamId: first, isLast: (flags & FLAG_LAST) !== 0, data: Buffer.from(body) };
  }
  if (bytes.readUInt16BE(0) !== 0x8003) throw new Error('not SPDY/3');
  return { type: 'control', kind: bytes.readUInt16BE(2), flags, body: Buffer.from(body) };
}

export function controlFrame(kind: number, body: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(0x8003, 0);
  header.writeUInt16BE(kind, 2);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}

export function* dataFrames(streamId: number, data: Uint8Array, isLast: boolean): Generator<Buffer, undefined> {
  let at = 0;
  do {
    const part = data.subarray(at, at + MAX_DATA_BYTES);
    at += part.length;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(streamId, 0);
    header.writeUInt8(isLast && at >= data.length ? FLAG_LAST : 0, 4);
    header.writeUIntBE(part.length, 5, 3);
    yield Buffer.concat([header, part]);
  } while (at < data.length);
}

export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}
