/** One of the two clusters: follows what its controllers do, and knows when a namespace has come to rest. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import { systemRandom } from '../../server/apimachinery/clock/random.ts';
import { Client } from '../../server/client/client.ts';
import { httpsTransport } from '../../server/client/https-transport.ts';
import { InformerFactory } from '../../server/client/informer-factory.ts';
import { readKubeConfig } from '../../server/client/kube-config.ts';
import type { Stored } from '../../server/client/lister.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import * as types from '../../server/client/resource-types.ts';
import type { JsonObject } from '../differential/case.ts';
import { at } from './look-up.ts';
import { type NamespaceState, type ResourceName, resourceNames } from './scenario.ts';

const typeOf = {
  deployments: types.deployments,
  replicasets: types.replicaSets,
  statefulsets: types.statefulSets,
  daemonsets: types.daemonSets,
  jobs: types.jobs,
  cronjobs: types.cronJobs,
  replicationcontrollers: types.replicationControllers,
  pods: types.pods,
  controllerrevisions: types.controllerRevisions,
  persistentvolumeclaims: types.persistentVolumeClaims,
} as unknown as Readonly<Record<ResourceName, ResourceType<Stored & JsonObject>>>;

const quotas = types.resourceQuotas as unknown as ResourceType<Stored & JsonObject>;
const events = types.coreEvents as unknown as ResourceType<Stored & JsonObject>;

/** Milliseconds after which a namespace that does not come to rest is looked at as it is. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;

export class ComparedSide {
  readonly client: Client;
  /** Updates of each resource, all namespaces together. */
  readonly writes = new Map<string, number>();
  readonly #informers: InformerFactory;
  readonly #ended = new AbortController();
  readonly #changedAt = new Map<string, number>();

  private constructor(client: Client, signal: AbortController) {
    this.client = client;
    this.#ended = signal;
    this.#informers = new InformerFactory({
      client,
      clock: systemClock,
      random: systemRandom,
      signal: signal.signal,
      onError: (error, what) => console.error(`${what}: ${String(error)}`),
    });
  }

  static async open(kubeconfig: string): Promise<ComparedSide> {
    const ended = new AbortController();
    const transport = httpsTransport({
      kubeConfig: await readKubeConfig(kubeconfig),
      clock: systemClock,
      signal: ended.signal,
    });
    const side = new ComparedSide(new Client({ transport, userAgent: 'workloads' }), ended);
    for (const [name, type] of [
      ...Object.entries(typeOf),
      ['events', events] as const,
      ['resourcequotas', quotas] as const,
    ])
      side.#follow(name, type);
    await side.#informers.synced();
    return side;
  }

  typeNamed(resource: ResourceName): ResourceType<Stored & JsonObject> {
    return typeOf[resource];
  }

  /** As the informers have it: for conditions that are waited for. */
  known(namespace: string): NamespaceState {
    return Object.fromEntries(
      resourceNames.map((name) => [name, this.#informers.of(typeOf[name]).lister.list(namespace)]),
    ) as unknown as NamespaceState;
  }

  async state(namespace: string): Promise<NamespaceState> {
    const lists = await Promise.all(
      resourceNames.map(
        async (name) => [name, (await this.client.of(typeOf[name]).list({ namespace })).items] as const,
      ),
    );
    return Object.fromEntries(lists) as unknown as NamespaceState;
  }

  async events(namespace: string): Promise<JsonObject[]> {
    return (await this.client.of(events).list({ namespace })).items;
  }

  /** False: it did not in time. */
  async rest(
    namespace: string,
    { since, rest, until }: { since: number; rest: number; until: ((state: NamespaceState) => boolean) | undefined },
  ): Promise<boolean> {
    const end = since + PATIENCE_MS;
    for (;;) {
      const now = systemClock.now();
      const quietSince = Math.max(since, this.#changedAt.get(namespace) ?? 0);
      if (now - quietSince >= rest && isFollowed(this.known(namespace), until)) return true;
      if (now > end) return false;
      await pause(LOOK_MS);
    }
  }

  close(): void {
    this.#ended.abort();
  }

  #follow(name: string, type: ResourceType<Stored & JsonObject>): void {
    const changed = ({ metadata }: Stored) => this.#changedAt.set(metadata.namespace ?? '', systemClock.now());
    this.#informers.of(type).addHandlers({
      added: changed,
      updated: (_, object) => {
        this.writes.set(name, (this.writes.get(name) ?? 0) + 1);
        changed(object);
      },
      deleted: changed,
    });
  }
}

/** Every object has been looked at since it was changed, and what is waited for has come about. */
function isFollowed(state: NamespaceState, until: ((state: NamespaceState) => boolean) | undefined): boolean {
  const followed = (
    ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'replicationcontrollers'] as const
  ).every((name) =>
    state[name].every((object) => at(object, 'status.observedGeneration') === at(object, 'metadata.generation')),
  );
  return followed && (until === undefined || until(state));
}
