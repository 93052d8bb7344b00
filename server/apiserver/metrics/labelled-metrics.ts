/** Counters and histograms with labels, for what happens seldom enough to look its series up by their values. */

import { Histogram } from './histogram.ts';

/** Series of one metric; beyond it further label values are counted under "other". */
export const MAX_LABELLED_SERIES = 2048;

class Series<T> {
  readonly #name: string;
  readonly #labels: readonly string[];
  readonly #byValues = new Map<string, { readonly labels: string; readonly value: T }>();
  readonly #make: () => T;

  constructor(name: string, labels: readonly string[], make: () => T) {
    this.#name = name;
    this.#labels = labels;
    this.#make = make;
  }

  get(values: readonly string[]): T {
    const isFull = this.#byValues.size >= MAX_LABELLED_SERIES;
    const key = JSON.stringify(values);
    const known = this.#byValues.get(key);
    if (known !== undefined) return known.value;
    if (isFull && values.some((value) => value !== 'other')) return this.get(values.map(() => 'other'));
    const value = this.#make();
    const labels = this.#labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`).join(',');
    this.#byValues.set(key, { labels, value });
    return value;
  }

  render(type: string, write: (labels: string, value: T) => string): string {
    if (this.#byValues.size === 0) return '';
    const lines = [...this.#byValues.values()].map(({ labels, value }) => write(labels, value));
    return `# TYPE ${this.#name} ${type}\n${lines.join('')}`;
  }
}

function escaped(value: string): string {
  return value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
}

export class Counter {
  readonly #name: string;
  readonly #series: Series<{ count: number }>;

  constructor(name: string, labels: readonly string[]) {
    this.#name = name;
    this.#series = new Series(name, labels, () => ({ count: 0 }));
  }

  add(values: readonly string[]): void {
    this.#series.get(values).count++;
  }

  render(): string {
    return this.#series.render('counter', (labels, { count }) => `${this.#name}{${labels}} ${count}\n`);
  }
}

export class LabelledHistogram {
  readonly #name: string;
  readonly #series: Series<Histogram>;

  /** @param buckets upper bounds in rising order, in the unit of what is observed */
  constructor(name: string, labels: readonly string[], buckets: readonly number[]) {
    this.#name = name;
    this.#series = new Series(name, labels, () => new Histogram(buckets));
  }

  observe(values: readonly string[], value: number): void {
    this.#series.get(values).observe(value);
  }

  render(): string {
    return this.#series.render(
      'histogram',
      (labels, histogram) => `${histogram.lines(this.#name, labels).join('\n')}\n`,
    );
  }
}
