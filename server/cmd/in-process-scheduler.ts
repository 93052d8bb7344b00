/** The scheduler of a server's own process: begun once it is ready, over loopback. */
import type { SchedulerBackend } from '../../backends/scheduler/interface.ts';
import type { ComponentMetrics } from '../client/component-metrics.ts';
import type { Client } from '../client/client.ts';
import { newEventRecorder } from '../client/event-recorder.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import type { SchedulerConfiguration } from '../scheduler/configuration/scheduler-configuration.ts';
import type { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { openScheduler } from './backends.ts';
import { leadWithLease, type LeaseSettings } from './leading.ts';
import { realWorld, type World } from './world.ts';

export interface SchedulerParts {
  readonly client: Client;
  /** Default: the one with upstream's plugins. */
  readonly backend: SchedulerBackend | undefined;
  /** What takes the place of the defaults; not together with a backend of one's own. */
  readonly configuration: SchedulerConfiguration | undefined;
  /** Other processes may schedule the same pods: by which lease they take turns. */
  readonly lease: LeaseSettings | undefined;
  readonly metrics: SchedulerMetrics;
  /** Told whether it leads. */
  readonly states?: ComponentMetrics;
  /** Default: the real one. */
  readonly world?: World;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when the signal aborts. */
export async function runInProcessScheduler(parts: SchedulerParts): Promise<void> {
  const { client, configuration, lease, metrics, states, signal, onError } = parts;
  // A server without one loads none.
  const { Scheduler } = await import('../scheduler/scheduler.ts');
  const { Extender } = await import('../scheduler/extenders/extender.ts');
  const { clock, random, host } = parts.world ?? realWorld;
  const backend =
    parts.backend ?? (await openScheduler({ random: () => random.fraction(), profiles: configuration?.profiles }));
  const backOff =
    configuration === undefined ? undefined : { initial: configuration.initialBackOff, max: configuration.maxBackOff };
  const extenders = (configuration?.extenders ?? []).map((settings) => new Extender(settings, clock));
  const run = (until: AbortSignal) => {
    const scheduler = new Scheduler({
      client,
      informers: new InformerFactory({ client, clock, random, signal: until, onError }),
      events: newEventRecorder({
        client,
        clock,
        random,
        component: 'default-scheduler',
        instance: `default-scheduler-${host}`,
        version: 'events.k8s.io/v1',
        signal: until,
        onError,
      }),
      clock,
      random,
      backend,
      metrics,
      backOff,
      extenders,
      signal: until,
      onError,
    });
    return scheduler.run();
  };
  if (lease === undefined) await run(signal);
  else await leadWithLease({ client, lease, signal, lead: run, states, onError });
}
