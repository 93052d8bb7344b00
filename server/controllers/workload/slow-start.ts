/** Batches that double as long as nothing fails: where a quota is used up, few requests are in vain. */

export interface BatchResult {
  readonly successes: number;
  /** The first failure; nothing was started after its batch. */
  readonly error: Error | undefined;
}

/** Requests under way at once: more would only wait in the server's queues, before those of others. */
const most = 64;

export async function slowStartBatch(
  count: number,
  run: (index: number) => Promise<unknown>,
  { first = 1 }: { first?: number } = {},
): Promise<BatchResult> {
  let successes = 0;
  for (let size = Math.min(first, count), done = 0; size > 0; size = Math.min(2 * size, most, count - done)) {
    const start = done;
    const results = await Promise.allSettled(Array.from({ length: size }, (_, index) => run(start + index)));
    const failed = results.find((result) => result.status === 'rejected');
    successes += results.filter(({ status }) => status === 'fulfilled').length;
    if (failed !== undefined) return { successes, error: asError(failed.reason) };
    done += size;
  }
  return { successes, error: undefined };
}

/** Of all of them, when they have ended. */
export async function firstFailure(runs: ReadonlyArray<Promise<unknown>>): Promise<Error | undefined> {
  const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
  return failed === undefined ? undefined : asError(failed.reason);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
