/** Bytes on their way from a connection to one reader, who takes them at its own pace. */
/** Bytes that may wait before the connection does. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isEnded = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  /** Resolves when there is room for more. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isEnded || chunk.length === 0) return undefined;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#wakeReader?.();
    if (this.#bytes <= MAX_WAITING_BYTES) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#bytes -= chunk.length;
          if (this.#bytes <= MAX_WAITING_BYTES) this.#wakeWriter?.();
          yield chunk;
        } else if (this.#isEnded) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      // Nobody reads any more: what comes is dropped.
      this.#chunks.length = 0;
      this.end();
    }
  }
}
