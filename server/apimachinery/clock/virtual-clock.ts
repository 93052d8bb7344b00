/** Time that stands still until it is moved: timers go off in the order of their times, and of those at one time in the order in which they were set. */
import type { Clock } from './clock.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

export class VirtualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  /** By their times; equal ones as they were set. */
  readonly #timers: Timer[] = [];

  /** `start`: milliseconds since the epoch. */
  constructor(start: number) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Whole milliseconds, one at least: as timers of a machine, so that what sets itself again at once does not stop time. */
  after(milliseconds: number, callback: () => void): () => void {
    const due = this.#elapsed + Math.max(1, Math.ceil(milliseconds));
    const timer: Timer = { due, callback, isCancelled: false };
    this.#timers.splice(this.#placeAfter(due), 0, timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Milliseconds until the first timer goes off; undefined: there is none. */
  get untilNext(): number | undefined {
    while (this.#timers[0]?.isCancelled === true) this.#timers.shift();
    const [next] = this.#timers;
    return next === undefined ? undefined : next.due - this.#elapsed;
  }

  /** Moves on, and has everything go off that is due by then, without waiting for what follows from it. */
  advance(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (let until = this.untilNext; until !== undefined && this.#elapsed + until <= end; until = this.untilNext) {
      this.#elapsed += until;
      this.#timers.shift()?.callback();
    }
    this.#elapsed = end;
  }

  #placeAfter(due: number): number {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.due ?? 0) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
