/** Two loads compared in turn, so that both see the same state of the machine: rates and processor time, medians of all rounds. */
import { quantile, underLoad } from './load.ts';
import { processorTime } from './processor-time.ts';

export interface Load {
  /** Of the server's process. */
  readonly pid: number;
  readonly inFlight: number;
  /** `index` counts within the round, rounds from 0; it throws when the answer is not what it has to be. */
  readonly request: (at: {
    readonly index: number;
    readonly worker: number;
    readonly round: number;
  }) => Promise<unknown>;
}

export interface Slice {
  /** Requests a second. */
  readonly rate: number;
  /** Microseconds of the server's process, a request. */
  readonly cpu: number;
}

export interface TurnOptions {
  readonly rounds: number;
  /** Of each load in each round. */
  readonly seconds: number;
}

/** Slices of the first and of the second load. One round more, the first, warms up; who is first changes with each round. */
export async function inTurn(
  loads: readonly [Load, Load],
  { rounds, seconds }: TurnOptions,
): Promise<[Slice[], Slice[]]> {
  const slices: [Slice[], Slice[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const slice = await measure(loads[index], seconds, round);
      if (round > 0) slices[index].push(slice);
    }
  }
  return slices;
}

async function measure({ pid, inFlight, request }: Load, seconds: number, round: number): Promise<Slice> {
  const before = processorTime(pid);
  let requests = 0;
  const { value, figures } = await underLoad({ inFlight, seconds }, (index, worker) => {
    requests++;
    return request({ index, worker, round });
  });
  if (figures?.errors !== undefined) throw new Error(`${figures.errors} of ${requests} requests failed`);
  return { rate: value, cpu: ((processorTime(pid) - before) * 1e6) / requests };
}

export interface Comparison {
  readonly row: string;
  readonly rates: readonly [number, number];
  readonly cpu: readonly [number, number];
}

export function compared(row: string, [first, second]: readonly [readonly Slice[], readonly Slice[]]): Comparison {
  const median = (slices: readonly Slice[], of: (slice: Slice) => number) => quantile(slices.map(of), 0.5);
  const both = (of: (slice: Slice) => number) => [median(first, of), median(second, of)] as const;
  return { row, rates: both(({ rate }) => rate), cpu: both(({ cpu }) => cpu) };
}

/** `title` says what the first and the second are. */
export function renderComparisons(title: string, comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ row }) => row.length)) + 2;
  const pair = (of: readonly number[]) => of.map((value) => value.toFixed(0).padStart(7)).join(' → ');
  const lines = comparisons.map(
    ({ row, rates: [rate, otherRate], cpu: [cpu, otherCpu] }) =>
      `${row.padEnd(width)}${pair([cpu, otherCpu])} µs of processor time a request ${times(otherCpu / cpu)}   ` +
      `${pair([rate, otherRate])} /s, time a request ${times(rate / otherRate)}`,
  );
  return [title, ...lines].join('\n');
}

function times(factor: number): string {
  return `× ${factor.toFixed(2)}`;
}
