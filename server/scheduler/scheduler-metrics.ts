/** What the scheduler does, under upstream's metric names, in the text form of Prometheus. */
export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

interface QueueSizes {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}

/** Seconds, doubled from a millisecond on. */
const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);

export class SchedulerMetrics {
  readonly #attempts = new Map<string, Distribution>();
  readonly #waited = new Map<string, Distribution>();
  #preemptions = 0;
  #victims = 0;
  #sizes: () => QueueSizes = () => ({ active: 0, backoff: 0, unschedulable: 0, gated: 0 });

  track(sizes: () => QueueSizes): void {
    this.#sizes = sizes;
  }

  attempted(result: AttemptResult, profile: string, seconds: number): void {
    distribution(this.#attempts, `profile="${profile}",result="${result}"`).observe(seconds);
  }

  /** From its arrival to its binding. */
  bound(attempts: number, seconds: number): void {
    distribution(this.#waited, `attempts="${Math.min(attempts, 16)}"`).observe(seconds);
  }

  preempted(victims: number): void {
    this.#preemptions++;
    this.#victims += victims;
  }

  render(): string {
    const lines = ['# TYPE scheduler_schedule_attempts_total counter'];
    for (const [labels, { count }] of this.#attempts)
      lines.push(`scheduler_schedule_attempts_total{${labels}} ${count}`);
    lines.push('# TYPE scheduler_pending_pods gauge');
    for (const [queue, size] of Object.entries(this.#sizes()))
      lines.push(`scheduler_pending_pods{queue="${queue}"} ${size}`);
    const histograms = [
      ['scheduler_scheduling_attempt_duration_seconds', this.#attempts],
      ['scheduler_pod_scheduling_sli_duration_seconds', this.#waited],
    ] as const;
    for (const [name, of] of histograms) {
      lines.push(`# TYPE ${name} histogram`);
      for (const [labels, values] of of) lines.push(...values.lines(name, labels));
    }
    lines.push(
      '# TYPE scheduler_preemption_attempts_total counter',
      `scheduler_preemption_attempts_total ${this.#preemptions}`,
    );
    lines.push('# TYPE scheduler_preemption_victims counter', `scheduler_preemption_victims ${this.#victims}`);
    return `${lines.join('\n')}\n`;
  }
}

function distribution(of: Map<string, Distribution>, labels: string): Distribution {
  let found = of.get(labels);
  if (found === undefined) of.set(labels, (found = new Distribution()));
  return found;
}

class Distribution {
  count = 0;
  #sum = 0;
  readonly #counts = buckets.map(() => 0);

  observe(seconds: number): void {
    this.count++;
    this.#sum += seconds;
    const at = buckets.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  lines(name: string, labels: string): string[] {
    let total = 0;
    const lines = this.#counts.map((count, index) => {
      total += count;
      return `${name}_bucket{${labels},le="${buckets[index]}"} ${total}`;
    });
    return [
      ...lines,
      `${name}_bucket{${labels},le="+Inf"} ${this.count}`,
      `${name}_sum{${labels}} ${this.#sum}`,
      `${name}_count{${labels}} ${this.count}`,
    ];
  }
}
