/** The loop that most controllers are: events put keys into a queue, workers bring what each key names to where it should be. */
import type { Informer } from '../client/informer.ts';
import { keyOf, type Stored } from '../client/lister.ts';
import { runWorkers } from '../client/run-workers.ts';
import type { WorkQueue } from '../client/work-queue.ts';
import type { ControllerContext } from './controller.ts';
import { isNamespaceEnding } from './namespace/phase.ts';

export interface Change<T> {
  /** As it is now; of a deleted one, as it last was. */
  readonly object: T;
  /** Undefined: it is new. */
  readonly before: T | undefined;
  readonly deleted: boolean;
}

/** Keys that an event of an informer makes due. */
export interface Trigger {
  readonly synced: Promise<void>;
  attach(enqueue: (key: string) => void): void;
}

export interface ReconcilerOptions {
  readonly context: ControllerContext;
  /** Of the queue, in metrics. */
  readonly name: string;
  readonly queue?: WorkQueue;
  readonly triggers: readonly Trigger[];
  /** Default: 5. */
  readonly workers?: number;
  /** Throws where it is to be tried again, with growing waits. */
  readonly reconcile: (key: string) => Promise<Requeue | void>;
}

/** It is due again without an event. */
export interface Requeue {
  /** Milliseconds. */
  readonly after: number;
}

/** Every event makes its own object due, or what `keysOf` says. */
export function on<T extends Stored>(
  informer: Informer<T>,
  keysOf: (change: Change<T>) => string | readonly string[] | undefined = ({ object }) => keyOf(object),
): Trigger {
  return {
    synced: informer.synced,
    attach(enqueue) {
      const tell = (change: Change<T>) => {
        const keys = keysOf(change);
        if (typeof keys === 'string') enqueue(keys);
        else for (const key of keys ?? []) enqueue(key);
      };
      informer.addHandlers({
        added: (object) => tell({ object, before: undefined, deleted: false }),
        updated: (before, object) => tell({ object, before, deleted: false }),
        deleted: (object) => tell({ object, before: object, deleted: true }),
      });
    },
  };
}

/** Resolves when the signal has aborted and no work is under way. */
export async function runReconciler(options: ReconcilerOptions): Promise<void> {
  const { context, name, triggers, workers = 5, reconcile } = options;
  const queue = options.queue ?? context.newQueue(name);
  for (const trigger of triggers) trigger.attach((key) => queue.add(key));
  // Decisions are made on listers that know everything.
  await Promise.race([Promise.all(triggers.map(({ synced }) => synced)), aborted(context.signal)]);
  await runWorkers({
    queue,
    workers,
    signal: context.signal,
    async work(key) {
      const requeue = await reconcile(key).catch((error: unknown) => {
        // Nothing can be made there any more, and what is there goes without help.
        if (!isNamespaceEnding(error)) throw error;
      });
      if (requeue !== undefined) queue.addAfter(key, requeue.after);
    },
    onError: (error, key) => context.onError(error, `${name}: ${key}`),
  });
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
