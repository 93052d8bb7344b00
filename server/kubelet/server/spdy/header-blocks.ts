/** Header blocks of one SPDY connection: each is compressed with what all before it have taught, so their order counts. */
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

export type SpdyHeaders = ReadonlyMap<string, string>;

/** Bytes of a block before compression. */
const MAX_BLOCK_BYTES = 64 * 1024;

const options = { dictionary, flush: constants.Z_SYNC_FLUSH, readableHighWaterMark: 2 * MAX_BLOCK_BYTES };

export class HeaderBlocks {
  readonly #inflate: Inflate = createInflate(options);
  readonly #deflate: Deflate = createDeflate(options);
  #encoding: Promise<unknown> = Promise.resolve();

  constructor() {
    // Told by the write that has failed.
    this.#inflate.on('error', () => undefined);
    this.#deflate.on('error', () => undefined);
  }

  /** One at a time. @throws Error for what is no header block */
  async decode(block: Buffer): Promise<SpdyHeaders> {
    const bytes = await through(this.#inflate, block);
    if (bytes.length > MAX_BLOCK_BYTES) throw new RangeError('the header block is too long');
    const headers = new Map<string, string>();
    const count = bytes.readUInt32BE(0);
    let at = 4;
    const text = () => {
      const length = bytes.readUInt32BE(at);
      at += 4 + length;
      return bytes.toString('utf8', at - length, at);
    };
    for (let index = 0; index < count; index++) {
      const name = text().toLowerCase();
      headers.set(name, text());
    }
    return headers;
  }

  /** Blocks come out in the order in which they were asked for. */
  encode(headers: SpdyHeaders): Promise<Buffer> {
    const encoded = this.#encoding.then(() => through(this.#deflate, plainBlock(headers)));
    this.#encoding = encoded.catch(() => undefined);
    return encoded;
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}

function plainBlock(headers: SpdyHeaders): Buffer {
  const sized = (text: string) => {
    const bytes = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return Buffer.concat([size, bytes]);
  };
  const count = Buffer.alloc(4);
  count.writeUInt32BE(headers.size);
  return Buffer.concat([count, ...[...headers].flatMap(([name, value]) => [sized(name), sized(value)])]);
}

function through(stream: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (error !== null && error !== undefined) {
        reject(error);
        return;
      }
      const chunks: Buffer[] = [];
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) {
        chunks.push(chunk);
      }
      resolve(Buffer.concat(chunks));
    });
  });
}
