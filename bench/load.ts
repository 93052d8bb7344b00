/** Closed-loop load: so many requests in flight, each followed by the next, and what they took. */
import type { Measurement } from './row.ts';

export interface LoadOptions {
  readonly inFlight: number;
  /** Ends after so many seconds, or after so many requests. */
  readonly seconds?: number;
  readonly requests?: number;
}

/** `request` gets the number of the request and of its worker; it throws when the answer is not what it has to be. */
export async function underLoad(
  { inFlight, seconds, requests }: LoadOptions,
  request: (index: number, worker: number) => Promise<unknown>,
): Promise<Measurement> {
  const latencies: number[] = [];
  let errors = 0;
  let next = 0;
  const started = performance.now();
  const deadline = started + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const work = async (worker: number) => {
    while (next < (requests ?? Number.POSITIVE_INFINITY) && performance.now() < deadline) {
      const sent = performance.now();
      await request(next++, worker).catch((error: unknown) => {
        if (errors++ === 0) console.error(String(error));
      });
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, worker) => work(worker)));
  const elapsed = (performance.now() - started) / 1000;
  return {
    value: latencies.length / elapsed,
    unit: 'per second',
    figures: { 'p50 ms': quantile(latencies, 0.5), 'p99 ms': quantile(latencies, 0.99), ...(errors > 0 && { errors }) },
  };
}

export function quantile(values: readonly number[], portion: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * portion)] ?? Number.NaN;
}
