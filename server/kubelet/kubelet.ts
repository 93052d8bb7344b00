/** The kubelet of one or of many nodes: registers them, keeps them alive, and runs the pods that are assigned to them. */
import type { Runtime } from '../../backends/runtime/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import { joinKey, keyOf } from '../client/lister.ts';
import { pods, services } from '../client/resource-types.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { NodeHeartbeats } from './node-heartbeats.ts';
import { nodeStatus } from './node-object.ts';
import { registerNode } from './node-registration.ts';
import { PodWorker } from './pod-worker.ts';
import { References } from './references.ts';
import { serviceVariables } from './service-variables.ts';
import type { ClusterDns } from './sandbox-config.ts';
import { StatusManager } from './status-manager.ts';

export interface KubeletOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** Names of the nodes that it stands for. */
  readonly nodes: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly kubeletVersion: string;
  /** Where the kubelet's own server listens for a node; 0: there is none. */
  readonly portOf: (node: string) => number;
  /** Of all its nodes, where others reach them; unset: as the runtime describes each. */
  readonly nodeIp?: string | undefined;
  /** Who answers for names of the cluster; unset: nobody. */
  readonly clusterDns?: ClusterDns | undefined;
  readonly leaseDurationSeconds?: number;
  readonly onError: (error: unknown, what: string) => void;
}

/** Nodes being registered at once. */
const registrationsInFlight = 32;
/** Milliseconds before a registration that failed is tried again. */
const registrationRetry = 1000;

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #environment: KubeletEnvironment;
  readonly #heartbeats: NodeHeartbeats;
  /** By the pod's UID. */
  readonly #workers = new Map<string, PodWorker>();
  /** "namespace/name": of two pods with one name the younger. */
  readonly #byName = new Map<string, PodWorker>();
  /** By node. */
  readonly #ofNode = new Map<string, Set<PodWorker>>();
  readonly #nodes: ReadonlySet<string>;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#nodes = new Set(options.nodes);
    const { client, clock, runtime, events, signal, onError } = options;
    this.#environment = {
      client,
      clock,
      runtime,
      events,
      signal,
      onError,
      references: new References({ client, clock, signal }),
      serviceVariables: (pod) => this.#serviceVariables(pod),
      neighbours: (pod) => this.#neighbours(pod),
      clusterDns: options.clusterDns ?? { servers: [], domain: 'cluster.local' },
      status: new StatusManager({ client, clock, signal, onError }),
      sandboxes: new Map(),
      allocatable: (node) => runtime.describeNode(node).capacity,
    };
    this.#heartbeats = new NodeHeartbeats({
      client,
      clock,
      signal,
      onError,
      leaseDurationSeconds: options.leaseDurationSeconds ?? 40,
      status: (node, before) => nodeStatus({ ...this.#nodeParts(node), before }),
      onGone: (node) => {
        this.#heartbeats.remove(node);
        void this.#register(node);
      },
    });
  }

  /** Resolves when every node is registered once. */
  async start(): Promise<void> {
    const { runtime, informers, nodes, signal } = this.#options;
    const unsubscribe = runtime.subscribe(({ containerId, sandboxId }) =>
      this.#environment.sandboxes.get(sandboxId)?.exited(containerId),
    );
    signal.addEventListener('abort', unsubscribe, { once: true });
    // Nothing waits for them later.
    informers.of(services);
    const waiting = [...nodes];
    const register = async (): Promise<void> => {
      for (let node = waiting.shift(); node !== undefined && !signal.aborted; node = waiting.shift())
        await this.#register(node);
    };
    await Promise.all(Array.from({ length: Math.min(registrationsInFlight, nodes.length) }, register));
    const [only] = nodes;
    // One node asks for its own; many for all that are assigned, and leave those of others alone.
    const fieldSelector = nodes.length === 1 && only !== undefined ? `spec.nodeName=${only}` : 'spec.nodeName!=';
    informers.of(pods, { fieldSelector }).addHandlers({
      added: (pod) => this.#podChanged(pod),
      updated: (_before, pod) => this.#podChanged(pod),
      deleted: (pod) => this.#podGone(pod),
    });
  }

  /** For those who ask for logs and the like. */
  worker(namespace: string, name: string): PodWorker | undefined {
    return this.#byName.get(joinKey(name, namespace));
  }

  workers(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  /** Those that are there when a container starts, as upstream; nothing is started before they are known at all. */
  async #serviceVariables({ metadata, spec }: Pod): Promise<ReadonlyMap<string, string>> {
    const known = this.#options.informers.of(services);
    await known.synced;
    return serviceVariables({
      ofNamespace: spec?.enableServiceLinks === false ? [] : known.lister.list(metadata.namespace),
      api: known.lister.get('kubernetes', 'default'),
    });
  }

  *#neighbours({ metadata, spec }: Pod): Iterable<Pod> {
    for (const { isActive, allocated } of this.#ofNode.get(spec?.nodeName ?? '') ?? [])
      if (isActive && allocated.metadata.uid !== metadata.uid) yield allocated;
  }

  #podChanged(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    const node = pod.spec?.nodeName ?? '';
    if (!this.#nodes.has(node)) return;
    const worker = this.#workers.get(uid);
    if (worker !== undefined) worker.update(pod);
    else {
      const ip = this.#options.nodeIp ?? this.#options.runtime.describeNode(node).internalIp;
      const made = new PodWorker(pod, { environment: this.#environment, node: { name: node, ip } });
      this.#workers.set(uid, made);
      this.#byName.set(keyOf(pod), made);
      let others = this.#ofNode.get(node);
      if (others === undefined) this.#ofNode.set(node, (others = new Set()));
      others.add(made);
    }
    this.#heartbeats.imagesChanged(node, this.#options.runtime.listImages(node).length);
  }

  #podGone(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    const worker = this.#workers.get(uid);
    this.#workers.delete(uid);
    const key = keyOf(pod);
    if (this.#byName.get(key) === worker) this.#byName.delete(key);
    if (worker === undefined) return;
    this.#ofNode.get(worker.pod.spec?.nodeName ?? '')?.delete(worker);
    worker.remove();
  }

  async #register(node: string): Promise<void> {
    const { client, clock, signal, onError } = this.#options;
    while (!signal.aborted) {
      try {
        this.#heartbeats.add(await registerNode(client, this.#nodeParts(node), signal));
        return;
      } catch (error) {
        if (signal.aborted) return;
        onError(error, `registration of node ${node}`);
        await new Promise<void>((resolve) => clock.after(registrationRetry, resolve));
      }
    }
  }

  #nodeParts(name: string) {
    const { runtime, kubeletVersion, portOf, nodeIp, labels = {}, clock } = this.#options;
    return { name, runtime, kubeletVersion, kubeletPort: portOf(name), nodeIp, labels, now: clock.now() };
  }
}
