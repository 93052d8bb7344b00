/** Nodes whose kubelets fall silent are not ready any more, and their pods are driven away, not too many at once. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Node, Pod } from '../../client/api-types.ts';
import { pause } from '../../client/backoff.ts';
import { isConflict, isNotFound } from '../../client/client.ts';
import { leases, nodes, pods } from '../../client/resource-types.ts';
import { runWorkers } from '../../client/run-workers.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { podsByNode } from '../pods/by-node.ts';
import { aborted } from '../reconciler.ts';
import {
  conditionOf,
  executeTaints,
  type Health,
  nextHealth,
  scheduleTaints,
  signOf,
  unknownConditions,
} from './node-health.ts';
import { evictionRates, zoneOf } from './zones.ts';

/** Milliseconds; source: upstream's --node-monitor-period, --node-monitor-grace-period, --node-startup-grace-period. */
const monitorEvery = 5_000;
const grace = 50_000;
const startupGrace = 60_000;

export const nodeLifecycle: Controller = {
  name: 'node-lifecycle-controller',
  alias: 'nodelifecycle',
  account: 'node-controller',
  async run(context) {
    const { informers, signal, events } = context;
    const allNodes = informers.of(nodes);
    const allPods = informers.of(pods);
    const heartbeats = informers.of(leases, { namespace: 'kube-node-lease' });
    const queue = context.newQueue('node_lifecycle_controller');
    const lifecycle = new NodeLifecycle(context, podsByNode(allPods));
    allNodes.addHandlers({
      added: ({ metadata }) => {
        queue.add(metadata.name ?? '');
        const message = `Node ${metadata.name} event: Registered Node ${metadata.name} in Controller`;
        events.event(referenceTo(metadata.name), { type: 'Normal', reason: 'RegisteredNode', message });
      },
      updated: (_, { metadata }) => queue.add(metadata.name ?? ''),
      deleted: ({ metadata }) => {
        lifecycle.forget(metadata.name ?? '');
        const message = `Node ${metadata.name} event: Removing Node ${metadata.name} from Controller`;
        events.event(referenceTo(metadata.name), { type: 'Normal', reason: 'RemovingNode', message });
      },
    });
    await Promise.race([Promise.all([allNodes.synced, allPods.synced, heartbeats.synced]), aborted(signal)]);
    const monitor = async () => {
      while (!signal.aborted) {
        await lifecycle.monitor(allNodes.lister.list(), (name) => heartbeats.lister.get(name, 'kube-node-lease'));
        await pause(context.clock, monitorEvery, signal);
      }
    };
    await Promise.all([
      monitor(),
      runWorkers({
        queue,
        workers: 8,
        signal,
        work: (name) => lifecycle.mark(allNodes.lister.get(name)),
        onError: (error, name) => context.onError(error, `node ${name}`),
      }),
    ]);
  },
};

class NodeLifecycle {
  readonly #context: ControllerContext;
  readonly #podsOf: (node: string) => readonly Pod[];
  readonly #health = new Map<string, Health>();
  /** Nodes that were declared silent, of which not every pod is marked yet. */
  readonly #unmarked = new Set<string>();
  /** Monotonic milliseconds from which the next node of a zone may be emptied. */
  readonly #nextIn = new Map<string, number>();

  constructor(context: ControllerContext, podsOf: (node: string) => readonly Pod[]) {
    this.#context = context;
    this.#podsOf = podsOf;
  }

  forget(name: string): void {
    this.#health.delete(name);
    this.#unmarked.delete(name);
  }

  /** One look at every node. */
  async monitor(all: readonly Node[], leaseOf: (name: string) => Parameters<typeof signOf>[1]): Promise<void> {
    const { clock, onError } = this.#context;
    const rates = evictionRates(all);
    for (const node of all) {
      const { name = '' } = node.metadata;
      const now = clock.monotonic();
      const health = nextHealth(this.#health.get(name), signOf(node, leaseOf(name)), now);
      this.#health.set(name, health);
      const patience = conditionOf(node, 'Ready') === undefined ? startupGrace : grace;
      try {
        if (now - health.seenAt > patience) await this.#declareUnknown(node);
        if (this.#unmarked.has(name)) await this.#markPods(node);
        await this.#drive(node, rates.get(zoneOf(node)) ?? 0);
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) onError(error, `node ${name}`);
      }
    }
  }

  /** Taints by condition, and labels under their old names. */
  async mark(node: Node | undefined): Promise<void> {
    if (node === undefined) return;
    const taints = scheduleTaints(node);
    const { name = '', resourceVersion, labels = {} } = node.metadata;
    const old = Object.fromEntries(
      ['os', 'arch'].flatMap((each) => {
        const value = labels[`kubernetes.io/${each}`];
        return value === undefined || labels[`beta.kubernetes.io/${each}`] === value
          ? []
          : [[`beta.kubernetes.io/${each}`, value]];
      }),
    );
    if (taints === undefined && Object.keys(old).length === 0) return;
    const metadata = { resourceVersion, ...(Object.keys(old).length === 0 ? {} : { labels: old }) };
    const patch = { metadata, ...(taints === undefined ? {} : { spec: { taints } }) };
    await this.#context.client.of(nodes).patch(name, patch).catch(unlessGone);
  }

  async #declareUnknown(node: Node): Promise<void> {
    const { client, clock, events } = this.#context;
    const now = formatTime(clock.now());
    const conditions = unknownConditions(node, now);
    if (conditions === undefined) return;
    const { name = '' } = node.metadata;
    await client.of(nodes).updateStatus({ ...node, status: { ...node.status, conditions } });
    const message = `Node ${name} status is now: NodeNotReady`;
    events.event(referenceTo(name), { type: 'Normal', reason: 'NodeNotReady', message });
    this.#unmarked.add(name);
  }

  /** Services must not lead to them any more. What fails is tried again with the next look, unless the node is back. */
  async #markPods(node: Node): Promise<void> {
    const { name = '' } = node.metadata;
    const silence = this.#context.clock.monotonic() - (this.#health.get(name)?.seenAt ?? 0);
    if (silence <= grace && conditionOf(node, 'Ready')?.status === 'True') {
      this.#unmarked.delete(name);
      return;
    }
    const now = formatTime(this.#context.clock.now());
    for (const pod of this.#podsOf(name)) await this.#markPodNotReady(pod, now);
    this.#unmarked.delete(name);
  }

  async #markPodNotReady(pod: Pod, now: string): Promise<void> {
    const { name = '', namespace, uid } = pod.metadata;
    const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') return;
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: now };
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    const options = { namespace, type: 'strategic' as const, subresource: 'status' };
    await this.#context.client.of(pods).patch(name, patch, options).catch(unlessGone);
    const message = 'Node is not ready';
    this.#context.events.event(
      { ...pod, apiVersion: 'v1', kind: 'Pod' },
      { type: 'Warning', reason: 'NodeNotReady', message },
    );
  }

  async #drive(node: Node, rate: number): Promise<void> {
    const taints = executeTaints(node);
    if (taints === undefined) return;
    const { clock, client } = this.#context;
    // A node that is well again takes its pods back at once; one that is not waits for its zone's turn.
    if (taints.length > (node.spec?.taints ?? []).length) {
      const now = clock.monotonic();
      const zone = zoneOf(node);
      if (rate <= 0 || now < (this.#nextIn.get(zone) ?? 0)) return;
      this.#nextIn.set(zone, now + 1000 / rate);
    }
    const { name = '', resourceVersion } = node.metadata;
    const stamped = taints.map((taint) =>
      taint.timeAdded === undefined && taint.effect === 'NoExecute'
        ? { ...taint, timeAdded: formatTime(clock.now()) }
        : taint,
    );
    await client.of(nodes).patch(name, { metadata: { resourceVersion }, spec: { taints: stamped } });
  }
}

function referenceTo(name = ''): {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly apiVersion: string;
} {
  return { kind: 'Node', apiVersion: 'v1', name, uid: name };
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
