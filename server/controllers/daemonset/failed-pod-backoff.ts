/** A node whose daemons fail again and again gets the next one later: 1 s, doubled each time, at most 15 min. */
const FIRST_MS = 1000;
const MOST_MS = 15 * 60_000;

interface Entry {
  readonly delay: number;
  readonly since: number;
}

export class FailedPodBackoff {
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds still to wait; where that is 0 the next wait is doubled. */
  delay(key: string, now: number): number {
    this.#forgetOld(now);
    const entry = this.#entries.get(key);
    const left = entry === undefined ? 0 : entry.since + entry.delay - now;
    if (left > 0) return left;
    this.#entries.set(key, { delay: entry === undefined ? FIRST_MS : Math.min(MOST_MS, entry.delay * 2), since: now });
    return 0;
  }

  #forgetOld(now: number): void {
    for (const [key, { since }] of this.#entries) if (now - since > 2 * MOST_MS) this.#entries.delete(key);
  }
}
