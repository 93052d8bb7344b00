/**
 * For how long the clients of a priority level are asked to stay away: twice as long while many are refused, a second less when
 * few were. Source of the rules: upstream's tracker.
 */
const longest = 32;
/** Of the seconds that clients are asked to wait: so many refusals double it. */
const tooMany = 3;

export class DroppedRequests {
  /** Of seconds before the current one. */
  #history: Array<{ readonly second: number; readonly requests: number }> = [];
  #second = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #raised = Number.NEGATIVE_INFINITY;
  retryAfter = 1;

  /** @param now milliseconds since the epoch. @returns seconds for the header Retry-After */
  record(now: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      if (this.#requests > 0) this.#history.push({ second: this.#second, requests: this.#requests });
      const kept = Math.min(2 * this.retryAfter, longest);
      this.#history = this.#history.filter((past) => this.#second - past.second <= kept);
      this.#second = second;
      this.#requests = 0;
      this.#adapt(second);
    }
    this.#requests++;
    return this.retryAfter;
  }

  #adapt(second: number): void {
    const recent = this.#history.filter((past) => second - past.second <= this.retryAfter && past.second < second);
    const dropped = recent.reduce((sum, { requests }) => sum + requests, 0);
    if (second - this.#raised >= this.retryAfter && dropped >= tooMany * this.retryAfter) {
      this.retryAfter = Math.min(2 * this.retryAfter, longest);
      this.#raised = second;
    } else if (dropped < this.retryAfter && this.retryAfter > 1) this.retryAfter--;
  }
}
