/** The controllers of a process, taking turns with those of other processes where there may be some. */
import type { WorkQueueMetrics } from '../client/work-queue.ts';
import type { ClusterSettings } from '../controllers/cluster-settings.ts';
import type { ComponentMetrics } from '../client/component-metrics.ts';
import type { Client } from '../client/client.ts';
import { leadWithLease, type LeaseSettings } from './leading.ts';
import { realWorld, type World } from './world.ts';

export interface InProcessControllersParts {
  /** For what all of them look at. */
  readonly client: Client;
  /** For what the controller of an account does. */
  readonly clientFor: (account: string) => Client;
  /** --controllers */
  readonly list: string;
  /** Other servers on the same database may run them too: by which lease they take turns. */
  readonly lease: LeaseSettings | undefined;
  readonly settings: ClusterSettings;
  readonly metrics: WorkQueueMetrics;
  /** Told what runs. */
  readonly states?: ComponentMetrics;
  /** Default: the real one. */
  readonly world?: World;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when they have ended. @throws Error for a name that no controller has */
export async function runInProcessControllers(parts: InProcessControllersParts): Promise<void> {
  const { client, clientFor, list, lease, settings, metrics, states, world = realWorld, signal, onError } = parts;
  // A server without controllers loads none.
  const { allControllers } = await import('../controllers/all-controllers.ts');
  const { absentControllers } = await import('../controllers/absent-controllers.ts');
  const { chooseControllers } = await import('../controllers/choose-controllers.ts');
  const { runControllers } = await import('../controllers/run-controllers.ts');
  const controllers = chooseControllers({ present: allControllers, absent: absentControllers }, list);
  const run = (until: AbortSignal) =>
    runControllers({
      controllers,
      client,
      clientFor,
      ...world,
      signal: until,
      settings,
      metrics,
      onRunning: (name, isRunning) => states?.runs(name, isRunning),
      onError,
    });
  if (lease === undefined) await run(signal);
  else await leadWithLease({ client, lease, signal, lead: run, states, onError });
}
