/** A Prometheus histogram of one label set, kept as plain numbers. */
export class Histogram {
  readonly #buckets: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param buckets upper bounds in rising order */
  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#counts = new Array<number>(buckets.length + 1).fill(0);
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  observe(value: number): void {
    this.#sum += value;
    let at = 0;
    while (at < this.#buckets.length && value > (this.#buckets[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Its samples as text. @param labels 'a="b",c="d"' */
  lines(name: string, labels: string): string[] {
    let cumulative = 0;
    const within = this.#buckets.map((bound, index) => {
      cumulative += this.#counts[index] ?? 0;
      return `${name}_bucket{${labels},le="${bound}"} ${cumulative}`;
    });
    const { count } = this;
    return [
      ...within,
      `${name}_bucket{${labels},le="+Inf"} ${count}`,
      `${name}_sum{${labels}} ${this.#sum}`,
      `${name}_count{${labels}} ${count}`,
    ];
  }
}
