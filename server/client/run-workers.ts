/** Workers on a queue: each key is worked on until that succeeds, with growing waits between the attempts. */
import { reasonOf } from './client.ts';
import { RETRIES_UNTIL_UP_TO_DATE } from './limits.ts';
import type { WorkQueue } from './work-queue.ts';

export interface RunWorkersOptions<K> {
  readonly queue: WorkQueue<K>;
  /** How many keys are worked on at once. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Throws where the key is to be tried again. */
  readonly work: (key: K) => Promise<void>;
  /** Told of failures that are worth a line; at first a conflict or an object that is gone only says that the lister is not up to date. */
  readonly onError: (error: unknown, key: K) => void;
  /** Attempts after which a key is given up until something adds it again; default: never. */
  readonly maxRetries?: number;
}

/** Resolves when the signal has aborted and no work is under way; never rejects. */
export async function runWorkers<K>(options: RunWorkersOptions<K>): Promise<void> {
  const { queue, workers, signal } = options;
  if (signal.aborted) queue.shutDown();
  else signal.addEventListener('abort', () => queue.shutDown(), { once: true });
  await Promise.all(Array.from({ length: workers }, () => runWorker(options)));
}

async function runWorker<K>({ queue, signal, work, onError, maxRetries }: RunWorkersOptions<K>): Promise<void> {
  for (let key = await queue.take(); key !== undefined && !signal.aborted; key = await queue.take()) {
    try {
      await work(key);
      queue.forget(key);
    } catch (error) {
      if (signal.aborted) return;
      if (!isOutdated(error) || queue.retries(key) >= RETRIES_UNTIL_UP_TO_DATE) onError(error, key);
      if (maxRetries !== undefined && queue.retries(key) >= maxRetries) queue.forget(key);
      else queue.addRateLimited(key);
    } finally {
      queue.done(key);
    }
  }
}

function isOutdated(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'Conflict' || reason === 'NotFound';
}
