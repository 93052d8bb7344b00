/** Our scheduler's decisions on a cluster that is nothing but a list of objects: no server, no queue, no time. */
import type { SchedulerHandle } from '../../backends/scheduler/interface.ts';
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Pod } from '../../server/client/api-types.ts';
import type { Stored } from '../../server/client/lister.ts';
import type { ObjectSource } from '../../server/client/object-source.ts';
import { apiVersionOfType, type ResourceType } from '../../server/client/resource-type.ts';
import * as types from '../../server/client/resource-types.ts';
import { openScheduler } from '../../server/cmd/backends.ts';
import { SourcedObjects } from '../../server/scheduler/cluster-objects.ts';
import { podInfo } from '../../server/scheduler/compile/pod-info.ts';
import { DefaultSelectors } from '../../server/scheduler/default-selector.ts';
import { NodeFinder } from '../../server/scheduler/find-node.ts';
import { Nominator } from '../../server/scheduler/nominator.ts';
import { ProfileRunner } from '../../server/scheduler/profile-runner.ts';
import { SourcedDevices } from '../../server/scheduler/sourced-devices.ts';
import { SchedulerCache } from '../../server/scheduler/scheduler-cache.ts';

export interface OfflineDecision {
  /** Where it goes, or where room is made for it; '': nowhere. */
  readonly node: string;
  /** Of several feasible nodes, by name. */
  readonly scores: ReadonlyMap<string, number>;
  /** Why it goes nowhere, as the event says it. */
  readonly message: string;
  /** "namespace/name" of the pods that make room, sorted. */
  readonly victims: readonly string[];
}

export interface OfflineParts {
  readonly objects: readonly KubeObject[];
  /** In [0, 1). */
  readonly random: () => number;
}

export async function decideOffline(pod: Pod, { objects, random }: OfflineParts): Promise<OfflineDecision> {
  const source = sourceOf(objects);
  const cache = new SchedulerCache();
  const nominator = new Nominator();
  for (const node of source.list(types.nodes)) cache.setNode(node);
  for (const each of source.list(types.pods)) {
    const info = podInfo(each);
    if (info.nodeName !== '') cache.setPod(info);
    else if (info.nominatedNodeName !== '') nominator.set(info, info.nominatedNodeName);
  }
  const selectors = new DefaultSelectors({
    source,
    ownerOf: () => pod.metadata.ownerReferences?.find(({ controller }) => controller === true),
  });
  const refused = () => Promise.reject(new Error('nothing is written'));
  const handle: SchedulerHandle = {
    nodes: cache,
    objects: new SourcedObjects({
      source,
      podsUsingClaim: (namespace, name) => cache.podsUsingClaim(namespace, name),
      writes: { bindVolume: refused, provision: refused, claimsBound: refused },
    }),
    devices: new SourcedDevices({ source, writes: { reserve: refused, unreserve: refused, deallocate: refused } }),
    defaultSelector: (of) => selectors.of(of),
    namespaceLabels: (name) => source.get(types.namespaces, name)?.metadata.labels ?? {},
    bind: refused,
  };
  const [profile] = (await openScheduler({ random })).profiles(handle);
  if (profile === undefined) throw new Error('no profile');
  const runner = new ProfileRunner(profile);
  const scores = new Map<string, number>();
  const finder = new NodeFinder({
    cache,
    nominator,
    random,
    onScores: (nodes, totals) => {
      for (const [at, { name }] of nodes.entries()) scores.set(name, totals[at] ?? 0);
    },
  });
  const wanted = podInfo(pod);
  const found = finder.find(wanted, runner);
  if ('node' in found) return { node: found.node.name, scores, message: '', victims: [] };
  const preempted = found.context === undefined ? undefined : await runner.postFilter(wanted, found.context);
  return {
    node: preempted?.nominatedNode ?? '',
    scores,
    message: [found.message, preempted?.message ?? ''].filter((text) => text !== '').join(' '),
    victims: (preempted?.victims ?? []).map(({ namespace, name }) => `${namespace}/${name}`).toSorted(),
  };
}

function sourceOf(objects: readonly KubeObject[]): ObjectSource {
  const byKind = Map.groupBy(objects, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const list = <T extends Stored>(type: ResourceType<T>, namespace?: string): T[] =>
    ((byKind.get(`${apiVersionOfType(type)} ${type.kind}`) ?? []) as unknown[] as T[]).filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );
  return { list, get: (type, name, namespace) => list(type, namespace).find(({ metadata }) => metadata.name === name) };
}
