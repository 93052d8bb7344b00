/** What the scheduler does, under upstream's metric names, in the text form of Prometheus. */
export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

interface QueueSizes {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}

interface CacheSizes {
  readonly nodes: number;
  readonly pods: number;
  readonly assumedPods: number;
}

/** What can be looked at when somebody asks. */
export interface SchedulerState {
  readonly queues: QueueSizes;
  readonly cache: CacheSizes;
  /** Waiting pods by the plugin that rejected them, and their profile. */
  readonly rejected: Iterable<{ readonly plugin: string; readonly profile: string; readonly pods: number }>;
}

const nothing: SchedulerState = {
  queues: { active: 0, backoff: 0, unschedulable: 0, gated: 0 },
  cache: { nodes: 0, pods: 0, assumedPods: 0 },
  rejected: [],
};

const doubled = (first: number, count: number) => Array.from({ length: count }, (_, index) => first * 2 ** index);
/** Seconds. */
const attemptBuckets = doubled(0.001, 15);
const waitBuckets = doubled(0.01, 20);
const victimBuckets = doubled(1, 7);
const attemptCountBuckets = doubled(1, 5);
/** From here on attempts are told together. */
const manyAttempts = 15;

export class SchedulerMetrics {
  readonly #attempts = new Map<string, Distribution>();
  readonly #waited = new Map<string, Distribution>();
  readonly #algorithm = new Distribution(attemptBuckets);
  readonly #attemptCounts = new Distribution(attemptCountBuckets);
  readonly #victims = new Distribution(victimBuckets);
  readonly #incoming = new Map<string, number>();
  #preemptions = 0;
  #look: () => SchedulerState = () => nothing;

  track(look: () => SchedulerState): void {
    this.#look = look;
  }

  attempted(result: AttemptResult, profile: string, seconds: number): void {
    const labels = `profile="${profile}",result="${result}"`;
    distribution(this.#attempts, labels, attemptBuckets).observe(seconds);
  }

  /** One search for a node, with what is done if there is none. */
  decided(seconds: number): void {
    this.#algorithm.observe(seconds);
  }

  /** From its arrival to its binding. */
  bound(attempts: number, seconds: number): void {
    const label = attempts >= manyAttempts ? `${manyAttempts}+` : String(attempts);
    distribution(this.#waited, `attempts="${label}"`, waitBuckets).observe(seconds);
    this.#attemptCounts.observe(attempts);
  }

  preempted(victims: number): void {
    this.#preemptions++;
    this.#victims.observe(victims);
  }

  /** A pod came into a queue, because of an event. */
  queued(queue: 'active' | 'backoff' | 'unschedulable', event: string): void {
    const labels = `event="${event}",queue="${queue}"`;
    this.#incoming.set(labels, (this.#incoming.get(labels) ?? 0) + 1);
  }

  render(): string {
    const { queues, cache, rejected } = this.#look();
    const attempts = [...this.#attempts].map(([labels, { count }]) => sample(labels, count));
    const incoming = [...this.#incoming].map(([labels, count]) => sample(labels, count));
    const waiting = (['active', 'backoff', 'gated', 'unschedulable'] as const).map((queue) =>
      sample(`queue="${queue}"`, queues[queue]),
    );
    const cached = [
      ['assumed_pods', cache.assumedPods],
      ['nodes', cache.nodes],
      ['pods', cache.pods],
    ] as const;
    const unschedulable = [...rejected].map(({ plugin, profile, pods }) =>
      sample(`plugin="${plugin}",profile="${profile}"`, pods),
    );
    return [
      metric('schedule_attempts_total', 'counter', attempts),
      metric('pending_pods', 'gauge', waiting),
      metric(
        'cache_size',
        'gauge',
        cached.map(([type, size]) => sample(`type="${type}"`, size)),
      ),
      metric('unschedulable_pods', 'gauge', unschedulable),
      metric('queue_incoming_pods_total', 'counter', incoming),
      histogram('scheduling_attempt_duration_seconds', this.#attempts),
      histogram('scheduling_algorithm_duration_seconds', [['', this.#algorithm]]),
      histogram('pod_scheduling_sli_duration_seconds', this.#waited),
      histogram('pod_scheduling_attempts', [['', this.#attemptCounts]]),
      metric('preemption_attempts_total', 'counter', [sample('', this.#preemptions)]),
      histogram('preemption_victims', [['', this.#victims]]),
      '',
    ]
      .flat()
      .join('\n');
  }
}

type Sample = readonly [labels: string, value: number];
const sample = (labels: string, value: number): Sample => [labels, value];

function metric(name: string, type: 'counter' | 'gauge', samples: readonly Sample[]): string[] {
  const lines = samples.map(([labels, value]) => `scheduler_${name}${labels === '' ? '' : `{${labels}}`} ${value}`);
  return [`# TYPE scheduler_${name} ${type}`, ...lines];
}

function histogram(name: string, of: Iterable<readonly [string, Distribution]>): string[] {
  return [
    `# TYPE scheduler_${name} histogram`,
    ...[...of].flatMap(([labels, values]) => values.lines(`scheduler_${name}`, labels)),
  ];
}

function distribution(of: Map<string, Distribution>, labels: string, buckets: readonly number[]): Distribution {
  let found = of.get(labels);
  if (found === undefined) of.set(labels, (found = new Distribution(buckets)));
  return found;
}

class Distribution {
  count = 0;
  #sum = 0;
  readonly #buckets: readonly number[];
  readonly #counts: number[];

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#counts = buckets.map(() => 0);
  }

  observe(value: number): void {
    this.count++;
    this.#sum += value;
    const at = this.#buckets.findIndex((bound) => value <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  lines(name: string, labels: string): string[] {
    let total = 0;
    const first = labels === '' ? '' : `${labels},`;
    const own = labels === '' ? '' : `{${labels}}`;
    const lines = this.#counts.map((count, index) => {
      total += count;
      return `${name}_bucket{${first}le="${this.#buckets[index]}"} ${total}`;
    });
    return [
      ...lines,
      `${name}_bucket{${first}le="+Inf"} ${this.count}`,
      `${name}_sum${own} ${this.#sum}`,
      `${name}_count${own} ${this.count}`,
    ];
  }
}
