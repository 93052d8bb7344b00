/** A node with its pods as schedulers see it. Immutable: each change makes another one, by sums and differences alone. */
import type { NodeInfo, PodInfo } from '../../../backends/scheduler/interface.ts';
import type { Node } from '../../client/api-types.ts';
import { differenceOf, noResources, resourcesOf, sumOf, wholeAmount } from './amounts.ts';
import { normalizedImage } from './pod-info.ts';

const noFeatures: ReadonlySet<string> = new Set();
const noImages: ReadonlyMap<string, number> = new Map();

/** The node as it now is, with the pods that it has. */
export function nodeInfo(node: Node, before: NodeInfo | undefined): NodeInfo {
  const { metadata, spec, status } = node;
  const allocatable = status?.allocatable ?? status?.capacity ?? {};
  return {
    requested: noResources,
    usualCpu: 0,
    usualMemory: 0,
    pods: [],
    hostPorts: [],
    ...before,
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
    taints: (spec?.taints ?? []).map(({ key, value = '', effect }) => ({ key, value, effect })),
    isUnschedulable: spec?.unschedulable === true,
    allocatable: resourcesOf(allocatable),
    maxPods: wholeAmount(allocatable.pods),
    declaredFeatures: status?.declaredFeatures === undefined ? noFeatures : new Set(status.declaredFeatures),
    images: images(node),
  };
}

function images({ status }: Node): ReadonlyMap<string, number> {
  if (status?.images === undefined || status.images.length === 0) return noImages;
  const sizes = new Map<string, number>();
  for (const { names = [], sizeBytes = 0 } of status.images)
    for (const name of names) sizes.set(normalizedImage(name), sizeBytes);
  return sizes;
}

export function withPod(node: NodeInfo, pod: PodInfo): NodeInfo {
  return {
    ...node,
    requested: sumOf(node.requested, pod.requests),
    usualCpu: node.usualCpu + pod.usualCpu,
    usualMemory: node.usualMemory + pod.usualMemory,
    pods: [...node.pods, pod],
    hostPorts: pod.hostPorts.length === 0 ? node.hostPorts : [...node.hostPorts, ...pod.hostPorts],
  };
}

export function withoutPod(node: NodeInfo, pod: PodInfo): NodeInfo {
  const pods = node.pods.filter(({ uid }) => uid !== pod.uid);
  return {
    ...node,
    requested: differenceOf(node.requested, pod.requests),
    usualCpu: node.usualCpu - pod.usualCpu,
    usualMemory: node.usualMemory - pod.usualMemory,
    pods,
    hostPorts: pod.hostPorts.length === 0 ? node.hostPorts : pods.flatMap(({ hostPorts }) => hostPorts),
  };
}
