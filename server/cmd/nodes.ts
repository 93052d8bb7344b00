/** The nodes of a cluster: one kubelet process part for all of them, on a runtime. */
import type { Runtime } from '../../backends/runtime/interface.ts';
import type { Client } from '../client/client.ts';
import { newEventRecorder } from '../client/event-recorder.ts';
import { InformerFactory } from '../client/informer-factory.ts';
import type { Kubelet, KubeletOptions } from '../kubelet/kubelet.ts';
import type { KubeletServerOptions } from '../kubelet/server/kubelet-server.ts';
import { openRuntime, type OpenRuntimeOptions } from './backends.ts';
import type { OwnKubelets } from './kubelets.ts';
import type { LoopbackClients } from './loopback-clients.ts';
import { type PodServicesParts, servePods } from './pod-services.ts';
import { kubernetesVersion } from './version.ts';
import { realWorld, type World } from './world.ts';

/** What the names of services end in. */
const clusterDomain = 'cluster.local';

interface NodesParts {
  readonly client: Client;
  readonly serving: Pick<KubeletServerOptions, 'tls' | 'bindAddress' | 'port' | 'sharesPort'>;
  /** Told where the kubelet listens, before its nodes are known to others. */
  readonly onListening?: (portOf: (node: string) => number) => void;
  /** Of all nodes, where an API server elsewhere reaches them; unset: simulated addresses. */
  readonly nodeIp?: string;
  readonly names: readonly string[];
  readonly runtime: Runtime;
  /** For pods with a network of their own: who follows services, and where the API server is reached. */
  readonly services: Pick<PodServicesParts, 'client' | 'apiServer'>;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

export interface InProcessNodesParts {
  readonly clients: LoopbackClients;
  /** Told where the nodes' kubelet listens. */
  readonly own: OwnKubelets;
  readonly count: number;
  readonly runtime: Omit<OpenRuntimeOptions, 'onError'>;
  /** Of this server. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** The nodes of a server's own process. Resolves when the signal aborts. */
export async function runInProcessNodes({
  clients,
  own,
  count,
  runtime,
  port,
  signal,
  onError,
}: InProcessNodesParts): Promise<void> {
  const names = nodeNames(count);
  const [only] = names;
  const client = count === 1 && only !== undefined ? clients.node(only) : clients.kubelets();
  await runNodes({
    client,
    serving: { tls: own.serverTls, bindAddress: '127.0.0.1', port: 0, sharesPort: true },
    onListening: (portOf) => own.listen(names, portOf(names[0] ?? '')),
    names,
    runtime: await openRuntime({ ...runtime, onError }),
    services: { client: clients.component('kube-proxy'), apiServer: { address: '127.0.0.1', port } },
    signal,
    onError,
  });
}

/** "node-1", "node-2" … */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

/** Resolves when the signal aborts. */
export async function runNodes(parts: NodesParts): Promise<void> {
  const { client, serving, nodeIp, names, runtime, signal, onError } = parts;
  // A server without nodes loads nothing of them.
  const { startKubeletServer } = await import('../kubelet/server/kubelet-server.ts');
  const { clock } = realWorld;
  const portOf = await startKubeletServer({
    ...serving,
    pods: { worker: (namespace, name) => kubelet.worker(namespace, name), workers: () => kubelet.workers() },
    runtime,
    client,
    clock,
    nodes: names,
    signal,
    onError,
  });
  parts.onListening?.(portOf);
  const { network } = runtime;
  if (network !== undefined) await servePods({ ...parts.services, network, domain: clusterDomain, signal, onError });
  const kubelet = await newKubelet({
    client,
    runtime,
    signal,
    nodes: names,
    portOf,
    nodeIp: nodeIp ?? network?.gateway,
    clusterDns: network === undefined ? undefined : { servers: [network.gateway], domain: clusterDomain },
    onError,
  });
  await kubelet.start();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await runtime.close();
}

/** What acts for nodes, without a server for those who ask them. */
export async function newKubelet(
  parts: Omit<KubeletOptions, 'informers' | 'events' | 'clock' | 'kubeletVersion'>,
  { clock, random, host }: World = realWorld,
): Promise<Kubelet> {
  const { Kubelet: Loaded } = await import('../kubelet/kubelet.ts');
  const { client, nodes, signal, onError } = parts;
  const [only] = nodes;
  const instance = nodes.length === 1 && only !== undefined ? only : host;
  return new Loaded({
    ...parts,
    clock,
    informers: new InformerFactory({ client, clock, random, signal, onError }),
    events: newEventRecorder({ client, clock, random, component: 'kubelet', instance, signal, onError }),
    kubeletVersion: `v${kubernetesVersion}`,
  });
}
