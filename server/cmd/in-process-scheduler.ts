/** The scheduler of a server's own process: begun once it is ready, over loopback. */
import { hostname } from 'node:os';
import type { SchedulerBackend } from '../../backends/scheduler/interface.ts';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { Client } from '../client/client.ts';
import { newEventRecorder } from '../client/event-recorder.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import type { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { openScheduler } from './backends.ts';
import { leadWithLease } from './leading.ts';

export interface SchedulerParts {
  readonly client: Client;
  /** Default: the one with upstream's plugins. */
  readonly backend: SchedulerBackend | undefined;
  /** Other processes may schedule the same pods. */
  readonly shared: boolean;
  readonly metrics: SchedulerMetrics;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when the signal aborts. */
export async function runInProcessScheduler(parts: SchedulerParts): Promise<void> {
  const { client, shared, metrics, signal, onError } = parts;
  // A server without one loads none.
  const { Scheduler } = await import('../scheduler/scheduler.ts');
  const [clock, random] = [systemClock, systemRandom];
  const backend = parts.backend ?? (await openScheduler({ random: () => random.fraction() }));
  const run = (until: AbortSignal) => {
    const scheduler = new Scheduler({
      client,
      informers: new InformerFactory({ client, clock, random, signal: until, onError }),
      events: newEventRecorder({
        client,
        clock,
        random,
        component: 'default-scheduler',
        instance: `default-scheduler-${hostname()}`,
        version: 'events.k8s.io/v1',
        signal: until,
        onError,
      }),
      clock,
      random,
      backend,
      metrics,
      signal: until,
      onError,
    });
    return scheduler.run();
  };
  if (!shared) await run(signal);
  else await leadWithLease({ client, lease: 'kube-scheduler', signal, lead: run, onError });
}
