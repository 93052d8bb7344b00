/** Counts of flow control, under upstream's names. */
import { Histogram } from '../metrics/histogram.ts';
import type { PriorityLevel } from './priority-level.ts';

export type Rejection = 'concurrency-limit' | 'queue-full' | 'time-out' | 'cancelled';

/** Upper bounds in seconds, and in requests and seats. Source: upstream's buckets. */
const durations = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const lengths = [0, 10, 25, 50, 100, 250, 500, 1000];
const widths = [1, 2, 4, 8, 16, 32, 64, 100];

/** Of one schema at one level. */
export class FlowCounts {
  readonly level: string;
  readonly labels: string;
  dispatched = 0;
  executing = 0;
  seats = 0;
  waiting = 0;
  waitingSeats = 0;
  readonly rejected = new Map<Rejection, number>();
  readonly waits = { true: new Histogram(durations), false: new Histogram(durations) };
  readonly executions = { regular: new Histogram(durations), watch: new Histogram(durations) };
  readonly queueLengths = new Histogram(lengths);
  readonly estimatedSeats = new Histogram(widths);

  constructor(level: string, schema: string) {
    this.level = level;
    this.labels = `flow_schema="${schema}",priority_level="${level}"`;
  }

  /** @param waited seconds */
  seat(width: number, waited: number): void {
    this.dispatched++;
    this.executing++;
    this.seats += width;
    this.waits.true.observe(waited);
  }

  leave(width: number, { seconds, isWatch }: { readonly seconds: number; readonly isWatch: boolean }): void {
    this.executing--;
    this.seats -= width;
    this.executions[isWatch ? 'watch' : 'regular'].observe(seconds);
  }

  /** @param length of its queue, with it */
  beginWait(width: number, length: number): void {
    this.waiting++;
    this.waitingSeats += width;
    this.queueLengths.observe(length);
  }

  endWait(width: number): void {
    this.waiting--;
    this.waitingSeats -= width;
  }

  /** @param waited seconds */
  reject(reason: Rejection, waited: number): void {
    this.rejected.set(reason, this.rejections(reason) + 1);
    this.waits.false.observe(waited);
  }

  rejections(...reasons: readonly Rejection[]): number {
    return reasons.reduce((sum, reason) => sum + (this.rejected.get(reason) ?? 0), 0);
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
    'current_inqueue_seats',
    'gauge',
    perFlow(({ waitingSeats }) => waitingSeats),
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
  const histogram = (name: string, of: (flow: FlowCounts) => ReadonlyArray<readonly [labels: string, Histogram]>) => {
    const metric = `apiserver_flowcontrol_${name}`;
    const samples = all.flatMap((flow) =>
      of(flow).flatMap(([labels, values]) =>
        values.count === 0 ? [] : values.lines(metric, `${labels}${flow.labels}`),
      ),
    );
    lines.push(`# TYPE ${metric} histogram`, ...samples);
  };
  histogram('request_wait_duration_seconds', ({ waits }) => [
    ['execute="false",', waits.false],
    ['execute="true",', waits.true],
  ]);
  histogram('request_execution_seconds', ({ executions }) => [
    ['type="regular",', executions.regular],
    ['type="watch",', executions.watch],
  ]);
  histogram('request_queue_length_after_enqueue', ({ queueLengths }) => [['', queueLengths]]);
  histogram('work_estimated_seats', ({ estimatedSeats }) => [['', estimatedSeats]]);
  return `${lines.join('\n')}\n`;
}
