/** Runs the chosen controllers of a process until its signal aborts. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import { pause } from '../client/backoff.ts';
import type { Client } from '../client/client.ts';
import { serves } from '../client/discovery.ts';
import { newEventRecorder } from '../client/event-recorder.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import type { RateLimiter } from '../client/rate-limiter.ts';
import type { ResourceType } from '../client/resource-type.ts';
import { WorkQueue, type WorkQueueMetrics } from '../client/work-queue.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { Controller, ControllerContext } from './controller.ts';

/** Milliseconds between two attempts to ask what is served. */
const SERVED_RETRY_MS = 1_000;

export interface RunControllersOptions {
  readonly controllers: readonly Controller[];
  /** For what all of them look at. */
  readonly client: Client;
  /** For what each of them does. */
  readonly clientFor: (account: string) => Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly settings: ClusterSettings;
  readonly metrics: WorkQueueMetrics;
  /** Told of each when it begins and ends. */
  readonly onRunning?: (name: string, isRunning: boolean) => void;
  /** In events: which of several processes speaks. */
  readonly host: string;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when all have ended. A controller that fails ends alone, and is reported. */
export async function runControllers(options: RunControllersOptions): Promise<void> {
  const { controllers, client, clock, random, signal, onRunning, onError } = options;
  const informers = new InformerFactory({ client, clock, random, signal, onError });
  await Promise.all(
    controllers.map(async (controller) => {
      try {
        if (controller.needs !== undefined && !(await isServed(controller.needs, options))) return;
        onRunning?.(controller.name, true);
        await controller.run(contextFor(controller, options, informers));
      } catch (error) {
        if (!signal.aborted) onError(error, controller.name);
      } finally {
        onRunning?.(controller.name, false);
      }
    }),
  );
}

/** As the server says, as soon as it says anything. */
async function isServed(type: ResourceType, { client, clock, signal }: RunControllersOptions): Promise<boolean> {
  while (!signal.aborted) {
    try {
      return await serves(client, type, { signal });
    } catch {
      // It is not there yet: informers, which wait for it too, say so.
      await pause(clock, SERVED_RETRY_MS, signal);
    }
  }
  return false;
}

function contextFor(
  { name, component = name, account }: Controller,
  { clientFor, clock, random, signal, settings, metrics, host, onError }: RunControllersOptions,
  informers: InformerFactory,
): ControllerContext {
  const client = clientFor(account);
  return {
    client,
    informers,
    events: newEventRecorder({ client, clock, random, component, instance: host, signal, onError }),
    clock,
    random,
    signal,
    settings,
    newQueue: <K>(queue: string, rateLimiter?: RateLimiter<K>) =>
      new WorkQueue<K>({ name: queue, clock, metrics, ...(rateLimiter === undefined ? {} : { rateLimiter }) }),
    onError,
  };
}
