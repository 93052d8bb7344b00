/** How long the kubelet waits before it tries a failing thing again: longer each time, forgotten when it went well for long. */
export interface BackOffLimits {
  /** Milliseconds. */
  readonly initial: number;
  readonly max: number;
}

export class RestartBackOff {
  readonly #limits: BackOffLimits;
  #delay = 0;
  #updatedAt = 0;

  constructor(limits: BackOffLimits) {
    this.#limits = limits;
  }

  /** Of the wait under way, in milliseconds. */
  get delay(): number {
    return this.#delay;
  }

  /** Milliseconds still to wait at `now` after something ended at `since`; 0: go on. */
  remaining(since: number, now: number): number {
    if (this.#delay === 0 || this.#isForgotten(since)) return 0;
    return Math.max(0, since + this.#delay - now);
  }

  /** It is tried again at `now`; the next wait is twice as long. */
  next(now: number): void {
    this.#delay =
      this.#delay === 0 || this.#isForgotten(now) ? this.#limits.initial : Math.min(this.#delay * 2, this.#limits.max);
    this.#updatedAt = now;
  }

  #isForgotten(at: number): boolean {
    return at - this.#updatedAt > 2 * this.#limits.max;
  }
}
