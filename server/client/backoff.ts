/** Waits that grow with each failure and differ from client to client; waits that an abort ends. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';

export interface BackoffOptions {
  /** Milliseconds. */
  readonly first: number;
  readonly most: number;
  /** A part of the wait, up to which it is drawn out at random; 0: none. */
  readonly jitter: number;
  readonly random: Random;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #next: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#next = options.first;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const { most, jitter, random } = this.#options;
    const wait = this.#next;
    this.#next = Math.min(most, wait * 2);
    return wait * (1 + jitter * random.fraction());
  }

  reset(): void {
    this.#next = this.#options.first;
  }
}

/** Returns early, without an error, when the signal aborts. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
