/** Counts of flow control, under upstream's names. */
import type { PriorityLevel } from './priority-level.ts';

export type Rejection = 'concurrency-limit' | 'queue-full' | 'time-out' | 'cancelled';

/** Upper bounds in seconds. Source: upstream's buckets. */
const buckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];

/** Of one schema at one level. */
export class FlowCounts {
  readonly labels: string;
  dispatched = 0;
  executing = 0;
  seats = 0;
  waiting = 0;
  readonly rejected = new Map<Rejection, number>();
  readonly #waits = new Array<number>(buckets.length + 1).fill(0);
  #waited = 0;

  constructor(level: string, schema: string) {
    this.labels = `flow_schema="${schema}",priority_level="${level}"`;
  }

  reject(reason: Rejection): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }

  observeWait(seconds: number): void {
    let at = 0;
    while (at < buckets.length && seconds > (buckets[at] ?? 0)) at++;
    this.#waits[at] = (this.#waits[at] ?? 0) + 1;
    this.#waited += seconds;
  }

  renderWaits(name: string): string[] {
    let cumulative = 0;
    const lines = buckets.map((bound, index) => {
      cumulative += this.#waits[index] ?? 0;
      return `${name}_bucket{execute="true",${this.labels},le="${bound}"} ${cumulative}`;
    });
    cumulative += this.#waits[buckets.length] ?? 0;
    return [
      ...lines,
      `${name}_bucket{execute="true",${this.labels},le="+Inf"} ${cumulative}`,
      `${name}_sum{execute="true",${this.labels}} ${this.#waited}`,
      `${name}_count{execute="true",${this.labels}} ${cumulative}`,
    ];
  }
}

export function renderFlowControl(flows: Iterable<FlowCounts>, levels: readonly PriorityLevel[]): string {
  const all = [...flows];
  const lines: string[] = [];
  const add = (name: string, type: string, samples: readonly string[]) => {
    lines.push(
      `# TYPE apiserver_flowcontrol_${name} ${type}`,
      ...samples.map((text) => `apiserver_flowcontrol_${name}${text}`),
    );
  };
  const perFlow = (value: (flow: FlowCounts) => number) => all.map((flow) => `{${flow.labels}} ${value(flow)}`);
  const perLevel = (value: (level: PriorityLevel) => number) =>
    levels.map((level) => `{priority_level="${level.name}"} ${value(level)}`);
  add(
    'dispatched_requests_total',
    'counter',
    perFlow(({ dispatched }) => dispatched),
  );
  add(
    'rejected_requests_total',
    'counter',
    all.flatMap(({ labels, rejected }) =>
      [...rejected].map(([reason, count]) => `{${labels},reason="${reason}"} ${count}`),
    ),
  );
  add(
    'current_inqueue_requests',
    'gauge',
    perFlow(({ waiting }) => waiting),
  );
  add(
    'current_executing_requests',
    'gauge',
    perFlow(({ executing }) => executing),
  );
  add(
    'current_executing_seats',
    'gauge',
    perFlow(({ seats }) => seats),
  );
  add(
    'nominal_limit_seats',
    'gauge',
    perLevel(({ limits }) => limits.nominal),
  );
  add(
    'lower_limit_seats',
    'gauge',
    perLevel(({ limits }) => limits.lower),
  );
  add(
    'upper_limit_seats',
    'gauge',
    perLevel(({ limits }) => limits.upper),
  );
  add(
    'current_limit_seats',
    'gauge',
    perLevel(({ limits }) => limits.nominal),
  );
  const waits = 'apiserver_flowcontrol_request_wait_duration_seconds';
  lines.push(`# TYPE ${waits} histogram`, ...all.flatMap((flow) => flow.renderWaits(waits)));
  return `${lines.join('\n')}\n`;
}
