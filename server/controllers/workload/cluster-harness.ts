/** For tests: a server, some controllers, and somebody who does what kubelets do to pods. */
import { systemClock } from '../../apimachinery/clock/clock.ts';
import { systemRandom } from '../../apimachinery/clock/random.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { CoreV1Event, Pod } from '../../client/api-types.ts';
import type { Client } from '../../client/client.ts';
import { newEventRecorder } from '../../client/event-recorder.ts';
import { InformerFactory } from '../../client/informer-factory.ts';
import type { Stored } from '../../client/lister.ts';
import type { RateLimiter } from '../../client/rate-limiter.ts';
import { coreEvents, pods } from '../../client/resource-types.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { WorkQueue } from '../../client/work-queue.ts';
import { type Portico, startPortico } from '../../cmd/start-portico.ts';
import type { Controller } from '../controller.ts';

/** What becomes of a pod; undefined: nothing for now. */
export type PodFate = (pod: Pod) => PodOutcome | undefined;

export interface PodOutcome {
  readonly phase: 'Running' | 'Succeeded' | 'Failed';
  readonly ready?: boolean;
  readonly exitCode?: number;
  readonly reason?: string;
}

interface Watched {
  readonly synced: Promise<void>;
  addHandlers(handlers: { added(): void; updated(): void; deleted(): void }): () => void;
}

/** Milliseconds after which a test that waits gives up. */
const patience = 30_000;

export class TestCluster {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly problems: string[] = [];
  readonly #portico: Portico;
  readonly #ended = new AbortController();
  readonly #running: Array<Promise<void>> = [];

  static async start(): Promise<TestCluster> {
    return new TestCluster(
      await startPortico({ storage: 'memory:', controllers: '', disableAdmissionPlugins: 'ServiceAccount' }),
    );
  }

  constructor(portico: Portico) {
    this.#portico = portico;
    this.client = portico.client;
    this.informers = this.#newInformers(this.#ended.signal);
  }

  /** Returns what kills them, as a crash would. */
  run(...controllers: readonly Controller[]): () => Promise<void> {
    const killed = new AbortController();
    const signal = AbortSignal.any([killed.signal, this.#ended.signal]);
    const informers = this.#newInformers(signal);
    const shared = { client: this.client, informers, clock: systemClock, random: systemRandom, signal };
    const onError = this.#onError;
    const runs = controllers.map(({ name, component = name, ...controller }) => {
      const events = newEventRecorder({ ...shared, component, instance: 'test', onError });
      const newQueue = <K>(queue: string, limiter?: RateLimiter<K>) =>
        new WorkQueue<K>({
          name: queue,
          clock: systemClock,
          ...(limiter === undefined ? {} : { rateLimiter: limiter }),
        });
      return controller.run({
        ...shared,
        events,
        settings: {
          rootCertificates: undefined,
          signer: undefined,
          signAccountToken: undefined,
          clusterCidrs: [],
          cloud: undefined,
        },
        newQueue,
        onError,
      });
    });
    this.#running.push(...runs);
    return async () => {
      killed.abort();
      await Promise.all(runs);
    };
  }

  /** Pods are bound and live as `fate` says; those asked to go are gone. */
  runPods(fate: PodFate, { namespace }: { namespace: string }): () => void {
    const informer = this.informers.of(pods);
    const act = (pod: Pod) => {
      if (pod.metadata.namespace !== namespace) return;
      void this.#act(pod, fate).catch((error: unknown) => this.#onError(error, 'a pod'));
    };
    return informer.addHandlers({ added: act, updated: (_, pod) => act(pod) });
  }

  /** When it is as wanted. @throws Error that shows it as it last was */
  until<T extends Stored>(
    type: ResourceType<T>,
    name: string,
    options: { namespace: string; is: (object: T | undefined) => boolean },
  ): Promise<T> {
    const { namespace, is } = options;
    const informer = this.informers.of(type);
    return this.#wait(
      informer,
      () => {
        const object = informer.lister.get(name, namespace);
        return is(object) ? { value: object as T } : undefined;
      },
      () => brief(informer.lister.get(name, namespace)),
    );
  }

  /** When all objects of the namespace are together as wanted. */
  untilAll<T extends Stored>(
    type: ResourceType<T>,
    { namespace, are }: { namespace: string; are: (objects: T[]) => boolean },
  ): Promise<T[]> {
    const informer = this.informers.of(type);
    return this.#wait(
      informer,
      () => {
        const objects = informer.lister.list(namespace);
        return informer.hasSynced && are(objects) ? { value: objects } : undefined;
      },
      () => informer.lister.list(namespace).map(brief).join('\n'),
    );
  }

  /** "reason: message" of what was said about an object. */
  async eventsOf(name: string, options: { namespace: string; include: string }): Promise<string[]> {
    const { namespace, include } = options;
    const saying = (events: CoreV1Event[]) =>
      events
        .filter((event) => event.involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`);
    const events = await this.untilAll(coreEvents, {
      namespace,
      are: (all) => saying(all).some((text) => text.includes(include)),
    });
    return saying(events);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#running);
    await this.#portico.stop();
  }

  readonly #onError = (error: unknown, what: string): void => {
    this.problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };

  #newInformers(signal: AbortSignal): InformerFactory {
    return new InformerFactory({
      client: this.client,
      clock: systemClock,
      random: systemRandom,
      signal,
      onError: this.#onError,
    });
  }

  #wait<R>(informer: Watched, look: () => { value: R } | undefined, show: () => string): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      let remove: () => void = () => undefined;
      const cancel = systemClock.after(patience, () => {
        remove();
        reject(new Error(`it did not come to that: ${show()}; problems: ${this.problems.slice(-3).join('; ')}`));
      });
      const check = () =>
        queueMicrotask(() => {
          const found = look();
          if (found === undefined) return;
          cancel();
          remove();
          resolve(found.value);
        });
      remove = informer.addHandlers({ added: check, updated: check, deleted: check });
      check();
      void informer.synced.then(check);
    });
  }

  async #act(pod: Pod, fate: PodFate): Promise<void> {
    const { name = '', namespace, deletionTimestamp } = pod.metadata;
    const resource = this.client.of(pods);
    if (deletionTimestamp !== undefined) {
      const ended = statusOf(pod, { phase: 'Failed' });
      if (ended !== undefined)
        await resource.patch(name, { status: ended }, { namespace, subresource: 'status' }).catch(() => undefined);
      await resource.delete(name, { namespace, gracePeriodSeconds: 0 }).catch(() => undefined);
      return;
    }
    const node = nodeFor(pod);
    if (node !== undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: node };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace: namespace ?? '' }, target };
      await resource
        .create(binding as never, { namespace: namespace ?? '', name, subresource: 'binding' })
        .catch(() => undefined);
      return;
    }
    const outcome = fate(pod);
    const status = outcome && statusOf(pod, outcome);
    if (status === undefined) return;
    // Of those that compete, the newest look decides.
    await resource
      .patch(name, { metadata: { uid: pod.metadata.uid }, status }, { namespace, subresource: 'status' })
      .catch(() => undefined);
  }
}

/** Of those that ask for one node by name and are not there yet. */
function nodeFor({ spec }: Pod): string | undefined {
  if ((spec?.nodeName ?? '') !== '') return undefined;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
}

function brief(object: Stored | undefined): string {
  const { metadata, status } = (object ?? { metadata: {} }) as Stored & { status?: object };
  return `${metadata.name}: ${JSON.stringify(metadata.labels)} ${JSON.stringify(status)}`.slice(0, 400);
}

function statusOf(
  { spec, status }: Pod,
  { phase, ready = phase === 'Running', exitCode, reason }: PodOutcome,
): object | undefined {
  const known = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  // Who is at its end stays there.
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return undefined;
  if (status?.phase === phase && known === (ready ? 'True' : 'False')) return undefined;
  const lastTransitionTime = formatTime(systemClock.now());
  const state =
    phase === 'Running'
      ? { running: { startedAt: lastTransitionTime } }
      : { terminated: { exitCode: exitCode ?? (phase === 'Failed' ? 1 : 0), finishedAt: lastTransitionTime } };
  return {
    phase,
    ...(reason === undefined ? {} : { reason }),
    conditions: [
      ...(status?.conditions ?? []).filter(({ type }) => type !== 'Ready'),
      { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime },
    ],
    containerStatuses: (spec?.containers ?? []).map(({ name, image = '' }) => ({
      name,
      image,
      imageID: '',
      ready,
      restartCount: 0,
      state,
    })),
  };
}
