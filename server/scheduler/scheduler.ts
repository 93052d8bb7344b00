/** The scheduler: takes pods from its queue one by one, decides at once, and lets bindings go on by themselves. */
import type {
  ClusterEvent,
  PodInfo,
  PreemptionCandidate,
  QueuedPod,
  SchedulerBackend,
} from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import { namespaces, nodes, persistentVolumeClaims, resourceClaims } from '../client/resource-types.ts';
import { eventLabel } from './cluster-events.ts';
import { informedObjects } from '../client/object-source.ts';
import { ClaimWriter } from './claim-writer.ts';
import { SourcedObjects } from './cluster-objects.ts';
import { DefaultSelectors } from './default-selector.ts';
import type { Extender } from './extenders/extender.ts';
import { Extenders } from './extenders/extenders.ts';
import { type Found, NodeFinder, type NotFound } from './find-node.ts';
import { InformedCluster } from './informed-cluster.ts';
import { BINDINGS_IN_FLIGHT, MAX_NOTE, TURN } from './limits.ts';
import { Nominator } from './nominator.ts';
import { PodWriter } from './pod-writer.ts';
import { ProfileRunner } from './profile-runner.ts';
import { SchedulerCache } from './scheduler-cache.ts';
import type { SchedulerMetrics } from './scheduler-metrics.ts';
import { type BackOff, SchedulingQueue, type WaitingPod } from './scheduling-queue.ts';
import { SourcedDevices } from './sourced-devices.ts';
import { VolumeWriter } from './volume-writer.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly backend: SchedulerBackend;
  readonly metrics: SchedulerMetrics;
  readonly backOff?: BackOff | undefined;
  /** Others that are asked about nodes. */
  readonly extenders?: readonly Extender[];
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

const noLabels = {};

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #cache = new SchedulerCache();
  readonly #nominator = new Nominator();
  readonly #profiles = new Map<string, ProfileRunner>();
  /** What wakes pods that a plugin has rejected. */
  readonly #wakesOn: ReadonlyMap<string, readonly ClusterEvent[] | undefined>;
  readonly #queue: SchedulingQueue;
  readonly #cluster: InformedCluster;
  readonly #writer: PodWriter;
  readonly #finder: NodeFinder;
  readonly #extenders: Extenders | undefined;
  #bindings = 0;
  /** Wakes the loop: a pod is there, a binding is done, or it is over. */
  #wake = (): void => undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const { client, informers, clock, random, signal, backend } = options;
    this.#writer = new PodWriter({ client, clock, signal });
    this.#finder = new NodeFinder({
      cache: this.#cache,
      nominator: this.#nominator,
      random: () => random.fraction(),
      hasExtenders: (options.extenders ?? []).length > 0,
    });
    this.#queue = new SchedulingQueue(
      {
        clock,
        less: (a, b) => this.#less(a, b),
        gateOf: (pod) => this.#profiles.get(pod.schedulerName)?.gateOf(pod),
        isWokenBy: (plugin, event) => this.#isWokenBy(plugin, event),
        onReady: () => this.#wake(),
        onQueued: (into, event) => options.metrics.queued(into, eventLabel(event)),
        backOff: options.backOff,
      },
      signal,
    );
    options.metrics.track(() => ({
      queues: this.#queue.sizes,
      cache: this.#cache.sizes,
      rejected: this.#queue.rejected,
    }));
    const isOurs = (pod: PodInfo) => this.#profiles.has(pod.schedulerName);
    const { nominator, cache, queue } = { nominator: this.#nominator, cache: this.#cache, queue: this.#queue };
    this.#cluster = new InformedCluster({ informers, cache, queue, nominator, isOurs });
    const source = informedObjects(informers);
    const { extenders = [], onError } = options;
    this.#extenders =
      extenders.length === 0
        ? undefined
        : new Extenders({
            extenders,
            node: (name) => source.get(nodes, name),
            pod: (info) => this.#cluster.pod(info),
            onError,
          });
    const selectors = new DefaultSelectors({
      source,
      ownerOf: (pod) => this.#cluster.pod(pod)?.metadata.ownerReferences?.find(({ controller }) => controller === true),
    });
    const profiles = backend.profiles({
      nodes: this.#cache,
      objects: new SourcedObjects({
        source,
        podsUsingClaim: (namespace, name) => this.#cache.podsUsingClaim(namespace, name),
        writes: new VolumeWriter({ client, claims: informers.of(persistentVolumeClaims), clock, signal }),
      }),
      devices: new SourcedDevices({
        source,
        writes: new ClaimWriter({ client, claims: informers.of(resourceClaims), source, clock, signal }),
      }),
      defaultSelector: (pod) => selectors.of(pod),
      namespaceLabels: (namespace) => informers.of(namespaces).lister.get(namespace)?.metadata.labels ?? noLabels,
      bind: (pod, node) => this.#writer.bind(pod, node),
    });
    for (const profile of profiles) this.#profiles.set(profile.schedulerName, new ProfileRunner(profile));
    this.#wakesOn = new Map(
      profiles.flatMap(({ plugins }) => plugins.map((plugin) => [plugin.name, plugin.wakesOn] as const)),
    );
  }

  /** Resolves when the signal aborts. */
  async run(): Promise<void> {
    const { signal, informers, clock } = this.#options;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    await informers.synced(signal);
    let turnEnds = clock.monotonic() + TURN;
    while (!signal.aborted) {
      const waiting = this.#bindings < BINDINGS_IN_FLIGHT ? this.#queue.pop() : undefined;
      if (waiting === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        turnEnds = clock.monotonic() + TURN;
        continue;
      }
      try {
        if (this.#extenders?.isAsked(waiting.pod) === true) await this.#scheduleExtended(waiting, this.#extenders);
        else this.#scheduleOne(waiting);
      } catch (error) {
        this.#options.onError(error, `scheduling of pod ${waiting.pod.namespace}/${waiting.pod.name}`);
        this.#fail(waiting, { message: describe(error), rejectedBy: new Set(), context: undefined }, clock.monotonic());
      }
      if (clock.monotonic() >= turnEnds) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        turnEnds = clock.monotonic() + TURN;
      }
    }
  }

  #less(a: QueuedPod, b: QueuedPod): boolean {
    for (const profile of this.#profiles.values()) {
      for (const plugin of profile.plugins) if (plugin.less !== undefined) return plugin.less(a, b);
    }
    return a.since < b.since;
  }

  #isWokenBy(plugin: string, event: ClusterEvent): boolean {
    const events = this.#wakesOn.get(plugin);
    return events === undefined || events.includes(event);
  }

  #scheduleOne(waiting: WaitingPod): void {
    const { clock } = this.#options;
    const profile = this.#profiles.get(waiting.pod.schedulerName);
    if (profile === undefined) return;
    const begun = clock.monotonic();
    this.#carryOut(waiting, { result: this.#finder.find(waiting.pod, profile), profile, begun });
  }

  /** Waits for extenders: nodes are as they were when it began, which is why the end is looked at once more. */
  async #scheduleExtended(waiting: WaitingPod, extenders: Extenders): Promise<void> {
    const { clock } = this.#options;
    const { pod } = waiting;
    const profile = this.#profiles.get(pod.schedulerName);
    if (profile === undefined) return;
    const begun = clock.monotonic();
    let search = this.#finder.search(pod, profile);
    if ('feasible' in search) await extenders.filter(search);
    if ('feasible' in search && search.isNominated && search.feasible.length === 0) {
      search = this.#finder.search(pod, profile, { ignoresNomination: true });
      if ('feasible' in search) await extenders.filter(search);
    }
    const points = 'feasible' in search && search.feasible.length > 1 ? await extenders.scores(search) : undefined;
    if (this.#cluster.pod(pod) === undefined) return;
    const result = 'feasible' in search ? this.#finder.decide(search, points) : search;
    if ('node' in result && this.#cache.get(result.node.name) === undefined) {
      throw new Error(`node ${JSON.stringify(result.node.name)} is gone`);
    }
    this.#carryOut(waiting, { result, profile, begun });
  }

  #carryOut(
    waiting: WaitingPod,
    {
      result,
      profile,
      begun,
    }: { readonly result: Found | NotFound; readonly profile: ProfileRunner; readonly begun: number },
  ): void {
    const { clock, metrics } = this.#options;
    const { pod } = waiting;
    metrics.decided((clock.monotonic() - begun) / 1000);
    if (!('node' in result)) {
      this.#fail(waiting, result, begun);
      return;
    }
    const { node } = result;
    const assumed = { ...pod, nodeName: node.name };
    this.#cache.assume(assumed, node.name);
    const rejected = profile.reserve(pod, node);
    if (rejected !== undefined) {
      this.#cache.forget(pod.uid);
      const message = `running Reserve plugin ${JSON.stringify(rejected.plugin)}: ${rejected.rejection.reasons.join(', ')}`;
      this.#fail(waiting, { message, rejectedBy: new Set([rejected.plugin]), context: undefined }, begun);
      return;
    }
    metrics.attempted('scheduled', profile.schedulerName, (clock.monotonic() - begun) / 1000);
    this.#bindings++;
    void this.#bind(waiting, result, profile).finally(() => {
      this.#bindings--;
      this.#wake();
    });
  }

  async #bind(waiting: WaitingPod, { node }: Found, profile: ProfileRunner): Promise<void> {
    const { clock, events, metrics, signal } = this.#options;
    const { pod } = waiting;
    const begun = clock.monotonic();
    try {
      await profile.bind(pod, node.name, this.#extenders?.binder(pod));
    } catch (error) {
      profile.unreserve(pod, node);
      this.#cache.forget(pod.uid);
      this.#queue.move('pod deleted');
      if (signal.aborted) return;
      this.#fail(
        waiting,
        { message: `binding rejected: ${describe(error)}`, rejectedBy: new Set(), context: undefined },
        begun,
      );
      return;
    }
    this.#nominator.delete(pod.uid);
    metrics.bound(waiting.attempts, (clock.now() - waiting.addedAt) / 1000);
    events.event(referenceOf(pod), {
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: `Successfully assigned ${pod.namespace}/${pod.name} to ${node.name}`,
    });
  }

  /** Back to the queue first: what is done about it may help at once. */
  #fail(waiting: WaitingPod, failure: NotFound, begun: number): void {
    const { clock, metrics, onError } = this.#options;
    const pod = this.#cluster.pod(waiting.pod);
    if (pod === undefined || pod.spec?.nodeName !== undefined) return;
    const isUnschedulable = failure.rejectedBy.size > 0 || this.#cache.all.length === 0;
    metrics.attempted(
      isUnschedulable ? 'unschedulable' : 'error',
      waiting.pod.schedulerName,
      (clock.monotonic() - begun) / 1000,
    );
    this.#queue.addUnschedulable(waiting, failure.rejectedBy);
    this.#report(waiting, pod, failure, isUnschedulable).catch((error: unknown) =>
      onError(error, `pod ${waiting.pod.namespace}/${waiting.pod.name}`),
    );
  }

  async #report(waiting: WaitingPod, pod: Pod, failure: NotFound, isUnschedulable: boolean): Promise<void> {
    const { events } = this.#options;
    const preempted = await this.#preempt(waiting, failure);
    const message =
      preempted === undefined || preempted.message === '' ? failure.message : `${failure.message} ${preempted.message}`;
    const note = message.length > MAX_NOTE ? `${message.slice(0, MAX_NOTE - 4)} ...` : message;
    events.event(referenceOf(waiting.pod), {
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message: note,
    });
    const nominatedNode = preempted === undefined ? undefined : (preempted.nominatedNode ?? '');
    const reason = isUnschedulable ? 'Unschedulable' : 'SchedulerError';
    await this.#writer.setUnscheduled(pod, { reason, message, nominatedNode });
    for (const victim of preempted?.victims ?? [])
      await this.#evict(victim, waiting.pod, preempted?.nominatedNode ?? '');
  }

  async #preempt({ pod }: WaitingPod, { context }: NotFound) {
    if (context === undefined) return undefined;
    const extenders = this.#extenders;
    const reviewed =
      extenders === undefined
        ? context
        : {
            ...context,
            reviewCandidates: (candidates: readonly PreemptionCandidate[]) =>
              extenders.reviewCandidates(pod, candidates),
          };
    const result = await this.#profiles.get(pod.schedulerName)?.postFilter(pod, reviewed);
    if (result?.nominatedNode === undefined) return result;
    this.#options.metrics.preempted(result.victims.length);
    this.#nominator.set({ ...pod, nominatedNodeName: result.nominatedNode }, result.nominatedNode);
    return result;
  }

  async #evict(victim: PodInfo, preemptor: PodInfo, node: string): Promise<void> {
    const { events } = this.#options;
    await this.#writer.evict(victim, preemptor.schedulerName);
    events.event(referenceOf(victim), {
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      message: `Preempted by pod ${preemptor.uid} on node ${node}`,
      related: referenceOf(preemptor),
    });
  }
}

function referenceOf({ namespace, name, uid }: PodInfo) {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
