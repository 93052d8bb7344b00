/** Readers that wait until the caches show a revision. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { TooLargeResourceVersion } from './interface.ts';

interface Waiter {
  readonly promise: Promise<void>;
  readonly settle: (error?: Error) => void;
}

export class FreshnessWaiters {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #byRevision = new Map<number, Waiter>();
  #current: number;

  /** @param timeout milliseconds */
  constructor(clock: Clock, timeout: number, current: number) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#current = current;
  }

  /** Undefined: it shows now. */
  wait(revision: number): Promise<void> | undefined {
    if (revision <= this.#current) return undefined;
    const known = this.#byRevision.get(revision);
    if (known !== undefined) return known.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(this.#timeout, () => settle(new TooLargeResourceVersion(revision, this.#current)));
    const settle = (error?: Error): void => {
      cancel();
      this.#byRevision.delete(revision);
      if (error === undefined) resolve();
      else reject(error);
    };
    this.#byRevision.set(revision, { promise, settle });
    return promise;
  }

  advance(revision: number): void {
    this.#current = revision;
    if (this.#byRevision.size === 0) return;
    for (const [wanted, waiter] of this.#byRevision) if (wanted <= revision) waiter.settle();
  }

  fail(error: Error): void {
    for (const waiter of [...this.#byRevision.values()]) waiter.settle(error);
  }
}
