/** One timer for all that waits for a time: it goes off at the earliest, and whoever still waits then asks again. */
import type { Clock } from '../apimachinery/clock/clock.ts';

export class WakeUp {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #next: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** Milliseconds since the epoch. */
  at(time: number): void {
    const now = this.#clock.now();
    if (this.#next !== undefined && this.#next.at <= time && this.#next.at > now) return;
    this.#next?.cancel();
    const cancel = this.#clock.after(Math.max(0, time - now), () => {
      this.#next = undefined;
      this.#callback();
    });
    this.#next = { at: time, cancel };
  }

  cancel(): void {
    this.#next?.cancel();
    this.#next = undefined;
  }
}
