/** The nodes of a cluster: one kubelet process part for all of them, on a runtime. */
import { hostname } from 'node:os';
import type { Runtime } from '../../backends/runtime/interface.ts';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { Client } from '../client/client.ts';
import { newEventRecorder } from '../client/event-recorder.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import { openRuntime, type OpenRuntimeOptions } from './backends.ts';
import type { OwnKubelets } from './kubelets.ts';
import type { LoopbackClients } from './loopback-clients.ts';
import { kubernetesVersion } from './version.ts';

interface NodesParts {
  readonly client: Client;
  /** Told where the kubelet listens; undefined: the API server is elsewhere, and nobody could reach it at a simulated address. */
  readonly own: OwnKubelets | undefined;
  readonly names: readonly string[];
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

export interface InProcessNodesParts {
  readonly clients: LoopbackClients;
  /** Told where the nodes' kubelet listens. */
  readonly own: OwnKubelets;
  readonly count: number;
  readonly runtime: OpenRuntimeOptions;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** The nodes of a server's own process. Resolves when the signal aborts. */
export async function runInProcessNodes({
  clients,
  own,
  count,
  runtime,
  signal,
  onError,
}: InProcessNodesParts): Promise<void> {
  const names = nodeNames(count);
  const [only] = names;
  const client = count === 1 && only !== undefined ? clients.node(only) : clients.kubelets();
  await runNodes({ client, own, names, runtime: await openRuntime(runtime), signal, onError });
}

/** "node-1", "node-2" … */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

/** Resolves when the signal aborts. */
export async function runNodes({ client, own, names, runtime, signal, onError }: NodesParts): Promise<void> {
  // A server without nodes loads nothing of them.
  const [{ Kubelet }, { startKubeletServer }] = await Promise.all([
    import('../kubelet/kubelet.ts'),
    import('../kubelet/server/kubelet-server.ts'),
  ]);
  const [clock, random] = [systemClock, systemRandom];
  const [only] = names;
  const port =
    own === undefined
      ? 0
      : await startKubeletServer({
          pods: { worker: (namespace, name) => kubelet.worker(namespace, name), workers: () => kubelet.workers() },
          runtime,
          client,
          clock,
          nodes: names,
          tls: own.serverTls,
          bindAddress: '127.0.0.1',
          port: 0,
          signal,
          onError,
        });
  own?.listen(names, port);
  const kubelet = new Kubelet({
    client,
    informers: new InformerFactory({ client, clock, random, signal, onError }),
    events: newEventRecorder({
      client,
      clock,
      random,
      component: 'kubelet',
      instance: names.length === 1 && only !== undefined ? only : hostname(),
      signal,
      onError,
    }),
    clock,
    runtime,
    signal,
    nodes: names,
    kubeletVersion: `v${kubernetesVersion}`,
    kubeletPort: port,
    onError,
  });
  await kubelet.start();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await runtime.close();
}
