/** Requests one after another: what each of them waits for outside this process cannot change the order of the others. */
import type { Transport } from '../client/transport.ts';

export class Turnstile {
  #last: Promise<void> = Promise.resolve();
  /** Those that have come, and those that have their answer's head. */
  #came = 0;
  #passed = 0;

  wrap(transport: Transport): Transport {
    return {
      request: async (request) => {
        this.#came++;
        const before = this.#last;
        let leave: () => void = () => undefined;
        this.#last = new Promise((resolve) => {
          leave = resolve;
        });
        await before;
        try {
          return await transport.request(request);
        } finally {
          this.#passed++;
          leave();
        }
      },
    };
  }

  /** Resolves when all have their answers and what they were followed by asks for nothing more before time moves. @throws Error after `patience` real milliseconds */
  async quiet({ elapsed, patience }: { readonly elapsed: () => number; readonly patience: number }): Promise<void> {
    const since = elapsed();
    for (let seen = -1; seen !== this.#came || this.#passed !== this.#came; ) {
      seen = this.#came;
      // Everything that is not time or a request goes on within a few turns.
      for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (elapsed() - since > patience) {
        throw new Error(`simulation: ${this.#came - this.#passed} requests wait for time, which waits for them`);
      }
    }
  }
}

const turns = 3;
