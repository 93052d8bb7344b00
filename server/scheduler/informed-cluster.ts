/** Keeps cache and queue as the API has the cluster, and tells the queue what may make waiting pods fit. */
import type { PodInfo } from '../../backends/scheduler/interface.ts';
import { jsonEquals } from '../apimachinery/json-equals.ts';
import type { Node, Pod } from '../client/api-types.ts';
import type { Informer } from '../client/informer.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import * as types from '../client/resource-types.ts';
import { nodeEvents, podEvents } from './cluster-events.ts';
import { podInfo } from './compile/pod-info.ts';
import type { Nominator } from './nominator.ts';
import type { SchedulerCache } from './scheduler-cache.ts';
import type { SchedulingQueue } from './scheduling-queue.ts';

export interface InformedClusterParts {
  readonly informers: InformerFactory;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  /** One of our profiles is asked for it. */
  readonly isOurs: (pod: PodInfo) => boolean;
}

/** Whose pods take no room any more. */
const podSelection = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };

export class InformedCluster {
  readonly #parts: InformedClusterParts;
  readonly #pods: Informer<Pod>;
  readonly #infos = new Map<string, PodInfo>();

  constructor(parts: InformedClusterParts) {
    this.#parts = parts;
    this.#pods = parts.informers.of(types.pods, podSelection);
    this.#followNodes();
    this.#pods.addHandlers({
      added: (pod) => this.#podAdded(pod),
      updated: (_before, pod) => this.#podUpdated(pod),
      deleted: (pod) => this.#podDeleted(pod),
    });
    this.#followOthers();
  }

  /** As the API has it now; undefined: gone, or another one of that name. */
  pod({ namespace, name, uid }: PodInfo): Pod | undefined {
    const pod = this.#pods.lister.get(name, namespace);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  #followNodes(): void {
    const { informers, cache, queue } = this.#parts;
    const set = (node: Node) => {
      const before = cache.get(node.metadata.name ?? '');
      cache.setNode(node);
      const after = cache.get(node.metadata.name ?? '');
      if (before === undefined) queue.move('node added');
      else if (after !== undefined) for (const event of nodeEvents(before, after)) queue.move(event);
    };
    informers.of(types.nodes).addHandlers({
      added: set,
      updated: (_before, node) => set(node),
      deleted: ({ metadata }) => cache.removeNode(metadata.name ?? ''),
    });
  }

  #followOthers(): void {
    const { informers, queue } = this.#parts;
    const moves = (event: Parameters<SchedulingQueue['move']>[0]) => ({
      added: () => queue.move(event),
      updated: () => queue.move(event),
    });
    informers.of(types.persistentVolumeClaims).addHandlers(moves('claim changed'));
    informers.of(types.persistentVolumes).addHandlers(moves('volume changed'));
    informers.of(types.storageClasses).addHandlers(moves('storage class changed'));
    informers.of(types.csiNodes).addHandlers(moves('csi node changed'));
    informers.of(types.csiDrivers).addHandlers(moves('csi driver changed'));
    informers.of(types.csiStorageCapacities).addHandlers(moves('csi storage capacity changed'));
    informers.of(types.volumeAttachments).addHandlers({ deleted: () => queue.move('volume attachment deleted') });
    informers.of(types.resourceClaims).addHandlers(moves('resource claim changed'));
    informers.of(types.deviceClasses).addHandlers(moves('devices changed'));
    informers.of(types.resourceSlices).addHandlers(moves('devices changed'));
    informers.of(types.namespaces).addHandlers(moves('namespace changed'));
    // Looked at, never waited for.
    informers.of(types.podDisruptionBudgets);
    informers.of(types.services);
    informers.of(types.replicaSets);
    informers.of(types.statefulSets);
    informers.of(types.replicationControllers);
  }

  #podAdded(pod: Pod): void {
    const { cache, queue, nominator, isOurs } = this.#parts;
    const info = podInfo(pod);
    this.#infos.set(info.uid, info);
    if (info.nodeName !== '') {
      cache.setPod(info);
      queue.move('pod added');
    } else if (isOurs(info) && !info.isTerminating) {
      nominator.set(info, info.nominatedNodeName);
      queue.add(info);
    }
  }

  #podUpdated(pod: Pod): void {
    const { cache, queue, nominator, isOurs } = this.#parts;
    const before = this.#infos.get(pod.metadata.uid ?? '');
    const info = podInfo(pod);
    this.#infos.set(info.uid, info);
    if (before === undefined) return;
    if (info.nodeName !== '') {
      const isNew = before.nodeName === '';
      cache.setPod(info);
      if (isNew) {
        queue.delete(info.uid);
        nominator.delete(info.uid);
        queue.move('pod added');
      } else for (const event of podEvents(before, info)) queue.move(event);
      return;
    }
    if (cache.isAssumed(info.uid) || !isOurs(info)) return;
    if (info.isTerminating) {
      queue.delete(info.uid);
      nominator.delete(info.uid);
      return;
    }
    nominator.set(info, info.nominatedNodeName);
    queue.update(info, { mayFit: mayFitNow(before, info) });
  }

  #podDeleted(pod: Pod): void {
    const { cache, queue, nominator } = this.#parts;
    const { uid = '' } = pod.metadata;
    const info = this.#infos.get(uid);
    this.#infos.delete(uid);
    nominator.delete(uid);
    queue.delete(uid);
    cache.removePod(uid);
    if (info !== undefined && info.nodeName !== '') queue.move('pod deleted');
  }
}

/** A waiting pod asks for less, or for something else. */
function mayFitNow(before: PodInfo, after: PodInfo): boolean {
  const isSame = (a: unknown, b: unknown) => jsonEquals(a as never, b as never);
  return (
    after.requests.cpu < before.requests.cpu ||
    after.requests.memory < before.requests.memory ||
    after.schedulingGates.length < before.schedulingGates.length ||
    !isSame(before.labels, after.labels) ||
    !isSame(before.tolerations, after.tolerations)
  );
}
