/** The server's side of a SPDY/3.1 connection, as much of it as clients of this API use: they open streams, both sides send data. */
import type { Duplex } from 'node:stream';
import { ByteQueue } from '../byte-queue.ts';
import { controlFrame, type ControlFrame, dataFrames, FLAG_LAST, FrameReader, kinds, numbers } from './frames.ts';
import { HeaderBlocks, type SpdyHeaders } from './header-blocks.ts';

export interface SpdyStream {
  readonly headers: SpdyHeaders;
  readonly data: AsyncIterable<Uint8Array>;
  write(chunk: Uint8Array): void;
  /** Nothing more comes from here. */
  end(): void;
  /** Neither side has anything more to say. */
  reset(): void;
}

/** Streams that a client may have open at a time. */
const MAX_STREAMS = 1000;
const INTERNAL_ERROR = 6;
const CANCEL = 5;
const REFUSED_STREAM = 3;

export class SpdyConnection {
  readonly #socket: Duplex;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, { readonly queue: ByteQueue; ended: boolean }>();
  readonly #onStream: (stream: SpdyStream) => void;
  /** Frames leave in order, also while a header block is being made. */
  #sending: Promise<void> | undefined;

  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket;
    this.#onStream = onStream;
  }

  /** Resolves when the connection has ended, whichever way. */
  async run(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
        for (const frame of reader.read(chunk)) {
          if (frame.type === 'control') await this.#control(frame);
          else {
            const stream = this.#streams.get(frame.streamId);
            const wait = stream?.queue.push(frame.data);
            if (frame.isLast) stream?.queue.end();
            await wait;
          }
        }
      }
    } catch {
      // Broken, or no SPDY: for those who use its streams it has ended.
    }
    this.close();
  }

  /** What has been written still leaves. */
  close(): void {
    for (const { queue } of this.#streams.values()) queue.end();
    const end = () => {
      this.#blocks.close();
      this.#socket.end();
    };
    if (this.#sending === undefined) end();
    else void this.#sending.then(end);
  }

  /** Resolves when the peer has taken most of what was written. */
  drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }

  async #control({ kind, flags, body }: ControlFrame): Promise<void> {
    switch (kind) {
      case kinds.synStream:
        await this.#opened(body.readUInt32BE(0), { block: body.subarray(10), isLast: (flags & FLAG_LAST) !== 0 });
        return;
      case kinds.rstStream: {
        const id = body.readUInt32BE(0);
        this.#streams.get(id)?.queue.end();
        this.#streams.delete(id);
        return;
      }
      case kinds.ping:
        this.#send(controlFrame(kinds.ping, body));
        return;
      case kinds.headers:
        // Later headers of a stream teach the decompression, and nobody reads them.
        await this.#blocks.decode(body.subarray(4));
        return;
      default:
        return;
    }
  }

  async #opened(id: number, { block, isLast }: { readonly block: Buffer; readonly isLast: boolean }): Promise<void> {
    const headers = await this.#blocks.decode(block);
    if (this.#streams.size >= MAX_STREAMS) {
      this.#send(controlFrame(kinds.rstStream, numbers(id, REFUSED_STREAM)));
      return;
    }
    const state = { queue: new ByteQueue(), ended: false };
    if (isLast) state.queue.end();
    this.#streams.set(id, state);
    this.#reply(id);
    const write = (data: Uint8Array, last: boolean) => {
      if (state.ended) return;
      state.ended = last;
      this.#send(...dataFrames(id, data, last));
    };
    this.#onStream({
      headers,
      data: state.queue,
      write: (chunk) => write(chunk, false),
      end: () => write(new Uint8Array(), true),
      reset: () => {
        state.ended = true;
        state.queue.end();
        if (this.#streams.delete(id)) this.#send(controlFrame(kinds.rstStream, numbers(id, CANCEL)));
      },
    });
  }

  #reply(id: number): void {
    const before = this.#sending ?? Promise.resolve();
    const sent = Promise.all([this.#blocks.encode(new Map()), before]).then(
      ([block]) => this.#write(controlFrame(kinds.synReply, Buffer.concat([numbers(id), block]))),
      () => this.#write(controlFrame(kinds.rstStream, numbers(id, INTERNAL_ERROR))),
    );
    this.#queue(sent);
  }

  #send(...frames: Buffer[]): void {
    if (this.#sending === undefined) for (const frame of frames) this.#write(frame);
    else this.#queue(this.#sending.then(() => frames.forEach((frame) => this.#write(frame))));
  }

  #queue(sent: Promise<void>): void {
    this.#sending = sent;
    void sent.then(() => {
      if (this.#sending === sent) this.#sending = undefined;
    });
  }

  #write(frame: Buffer): void {
    if (!this.#socket.writableEnded && !this.#socket.destroyed) this.#socket.write(frame);
  }
}
