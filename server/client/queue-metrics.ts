/** What work queues do, under upstream's metric names, in the text form of Prometheus. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { WorkQueueMetrics } from './work-queue.ts';

/** Upper bounds in seconds; source: upstream. */
const buckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

interface QueueFigures {
  queue: { readonly length: number };
  adds: number;
  retries: number;
  readonly waited: Histogram;
  readonly worked: Histogram;
  /** Monotonic milliseconds at which each piece of work under way began, oldest first. */
  readonly begun: number[];
}

export class QueueMetrics implements WorkQueueMetrics {
  readonly #clock: Clock;
  readonly #queues = new Map<string, QueueFigures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  track(name: string, queue: { readonly length: number }): void {
    const figures = this.#of(name);
    figures.queue = queue;
  }

  added(name: string): void {
    this.#of(name).adds++;
  }

  retried(name: string): void {
    this.#of(name).retries++;
  }

  taken(name: string, waited: number): void {
    const figures = this.#of(name);
    figures.waited.observe(waited);
    figures.begun.push(this.#clock.monotonic());
  }

  done(name: string, worked: number): void {
    const figures = this.#of(name);
    figures.worked.observe(worked);
    // Which one it was does not matter to a sum, but the one that began nearest to it is closest to the truth.
    const began = this.#clock.monotonic() - worked * 1000;
    let nearest = 0;
    figures.begun.forEach((at, index) => {
      if (Math.abs(at - began) < Math.abs((figures.begun[nearest] ?? 0) - began)) nearest = index;
    });
    figures.begun.splice(nearest, 1);
  }

  render(): string {
    const lines: string[] = [];
    const each = (name: string, type: string, value: (figures: QueueFigures) => number) => {
      lines.push(`# TYPE ${name} ${type}`);
      for (const [queue, figures] of this.#queues) lines.push(`${name}{name="${queue}"} ${value(figures)}`);
    };
    const now = this.#clock.monotonic();
    const sum = (values: readonly number[]) => values.reduce((total, at) => total + (now - at) / 1000, 0);
    each('workqueue_adds_total', 'counter', ({ adds }) => adds);
    each('workqueue_depth', 'gauge', ({ queue }) => queue.length);
    each('workqueue_retries_total', 'counter', ({ retries }) => retries);
    each('workqueue_unfinished_work_seconds', 'gauge', ({ begun }) => sum(begun));
    each('workqueue_longest_running_processor_seconds', 'gauge', ({ begun }) => sum(begun.slice(0, 1)));
    for (const [name, of] of histograms) {
      lines.push(`# TYPE ${name} histogram`);
      for (const [queue, figures] of this.#queues) lines.push(...of(figures).lines(name, `name="${queue}"`));
    }
    return `${lines.join('\n')}\n`;
  }

  #of(name: string): QueueFigures {
    let figures = this.#queues.get(name);
    if (figures === undefined) {
      const none = { length: 0 };
      figures = { queue: none, adds: 0, retries: 0, waited: new Histogram(), worked: new Histogram(), begun: [] };
      this.#queues.set(name, figures);
    }
    return figures;
  }
}

const histograms: ReadonlyArray<readonly [name: string, of: (figures: QueueFigures) => Histogram]> = [
  ['workqueue_queue_duration_seconds', ({ waited }) => waited],
  ['workqueue_work_duration_seconds', ({ worked }) => worked],
];

class Histogram {
  readonly #counts = new Array<number>(buckets.length + 1).fill(0);
  #sum = 0;

  observe(seconds: number): void {
    const at = buckets.findIndex((bound) => seconds <= bound);
    const index = at < 0 ? buckets.length : at;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
  }

  lines(name: string, labels: string): string[] {
    let total = 0;
    const lines = this.#counts.map((count, index) => {
      total += count;
      return `${name}_bucket{${labels},le="${buckets[index] ?? '+Inf'}"} ${total}`;
    });
    return [...lines, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${total}`];
  }
}
