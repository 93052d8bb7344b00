/** A whole cluster whose time is virtual and whose chance comes from a seed: the same calls give the same history, byte for byte. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { VirtualClock } from '../apimachinery/clock/virtual-clock.ts';
import { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import type { Client } from '../client/client.ts';
import { QueueMetrics } from '../client/queue-metrics.ts';
import { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { openRuntime, openSimulated } from './backends.ts';
import { ClusterParts } from './cluster-parts.ts';
import { runInProcessControllers } from './in-process-controllers.ts';
import { runInProcessScheduler } from './in-process-scheduler.ts';
import { LoopbackClients } from './loopback-clients.ts';
import { newKubelet, nodeNames } from './nodes.ts';
import { startSimulatedApiServer } from './simulated-api-server.ts';
import { Turnstile } from './turnstile.ts';
import type { World } from './world.ts';

export interface SimulationOptions {
  /** Default: 1. */
  readonly seed?: number;
  /** Default: 1. */
  readonly nodes?: number;
  /** When it begins, in milliseconds since the epoch; default: 1 January 2026. */
  readonly start?: number;
  /** As --controllers; default: all. */
  readonly controllers?: string;
  /** Told of every write, in order. */
  readonly onWrite?: (write: SimulatedWrite) => void;
  /** Told of what parts of the cluster could not do. */
  readonly onError?: (error: unknown, what: string) => void;
}

export interface SimulatedWrite {
  readonly revision: number;
  /** Milliseconds since the epoch, of the simulation. */
  readonly time: number;
  readonly type: 'put' | 'delete';
  /** "/registry/pods/default/web" */
  readonly key: string;
  /** As it is stored; of a delete, the last one. */
  readonly value: string;
}

export interface Simulation {
  /** The administrator's; what it asks for is answered while time stands still. */
  readonly client: Client;
  /** Of the simulation. */
  readonly clock: Clock;
  /** Lets so much time pass for the cluster: hours take seconds. @throws Error when it cannot go on */
  run(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

const newYear = Date.UTC(2026, 0, 1);
/** Real milliseconds in which requests that wait for nothing but the processor are answered. */
const patience = 60_000;

/** Nothing has happened yet but what an API server starts with: time stands still until run(). */
export async function startSimulation(options: SimulationOptions = {}): Promise<Simulation> {
  const { seed = 1, nodes = 1, start = newYear, controllers = '*', onWrite, onError = () => undefined } = options;
  const clock = new VirtualClock(start);
  const { storage, random } = await openSimulated({ clock, seed });
  const world: World = { clock, random, host: 'simulation' };
  const ended = new AbortController();
  if (onWrite !== undefined) await tellWrites(storage, { clock, onWrite, signal: ended.signal });
  const users = new InProcessUsers();
  const apiServer = await startSimulatedApiServer({ world, storage, users, onError });
  const turnstile = new Turnstile();
  const wrap = turnstile.wrap.bind(turnstile);
  const clients = new LoopbackClients({ listener: apiServer.listener, users, clock, wrap });
  const quiet = () => turnstile.quiet({ elapsed: () => systemClock.monotonic(), patience });

  // One after the other: each is loaded before the next begins, whatever the machine's files take.
  const parts = new ClusterParts(({ error, message }) => onError(error, message));
  const { signal } = ended;
  const runtime = await openRuntime({ name: 'simulated', seed, clock, onError });
  const kubelet = await newKubelet(
    { client: clients.kubelets(), runtime, signal, nodes: nodeNames(nodes), portOf: () => 0, onError },
    world,
  );
  await import('../controllers/all-controllers.ts');
  await import('../scheduler/scheduler.ts');
  parts.start('nodes', () => kubelet.start());
  await quiet();
  parts.start('scheduler', (until) =>
    runInProcessScheduler({
      client: clients.component('kube-scheduler'),
      backend: undefined,
      configuration: undefined,
      lease: undefined,
      metrics: new SchedulerMetrics(),
      world,
      signal: until,
      onError,
    }),
  );
  await quiet();
  parts.start('controllers', (until) =>
    runInProcessControllers({
      client: clients.component('kube-controller-manager'),
      clientFor: (account) => clients.serviceAccount('kube-controller-manager', account),
      list: controllers,
      lease: undefined,
      settings: {
        rootCertificates: 'a simulated certificate\n',
        signAccountToken: undefined,
        signer: undefined,
        clusterCidrs: [],
        cloud: undefined,
      },
      metrics: new QueueMetrics(clock),
      world,
      signal: until,
      onError,
    }),
  );
  await quiet();

  return {
    client: clients.administrator(),
    clock,
    async run(milliseconds) {
      const end = clock.monotonic() + milliseconds;
      await quiet();
      for (let next = clock.untilNext; next !== undefined && clock.monotonic() + next <= end; next = clock.untilNext) {
        clock.advance(next);
        await quiet();
      }
      clock.advance(end - clock.monotonic());
    },
    async stop() {
      ended.abort();
      await parts.stop();
      await runtime.close();
      await apiServer.stop();
      await storage.close();
    },
  };
}

async function tellWrites(
  storage: Awaited<ReturnType<typeof openSimulated>>['storage'],
  parts: {
    readonly clock: Clock;
    readonly onWrite: (write: SimulatedWrite) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { clock, onWrite, signal } = parts;
  const after = await storage.currentRevision();
  const sink = {
    events(events: readonly { revision: number; type: 'put' | 'delete'; key: string; value: Uint8Array }[]) {
      for (const { revision, type, key, value } of events)
        onWrite({ revision, time: clock.now(), type, key, value: Buffer.from(value).toString('utf8') });
    },
    error: () => undefined,
  };
  await storage.watch('', after, sink, signal);
}
