/** NodeResourcesFit: what a pod asks for must be free; the emptier a node, the better. */
import type { NodeInfo, Plugin, PodInfo, Rejection } from '../../interface.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';

/** By the reasons' text: so few that none is made twice. */
const rejections = new Map<string, Rejection>();

function insufficient(reasons: readonly string[], isFinal: boolean): Rejection {
  const key = `${isFinal}|${reasons.join('|')}`;
  let rejection = rejections.get(key);
  if (rejection === undefined) rejections.set(key, (rejection = Object.freeze({ reasons, isFinal })));
  return rejection;
}

function rejectionOf(pod: PodInfo, node: NodeInfo): Rejection {
  const { requests } = pod;
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let isFinal = false;
  const check = (what: string, asked: number, has: number, used: number): void => {
    if (asked === 0 || asked <= has - used) return;
    reasons.push(`Insufficient ${what}`);
    if (asked > has) isFinal = true;
  };
  if (node.pods.length + 1 > node.maxPods) reasons.push('Too many pods');
  check('cpu', requests.cpu, allocatable.cpu, requested.cpu);
  check('memory', requests.memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', requests.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, asked] of requests.scalars) {
    check(name, asked, allocatable.scalars.get(name) ?? 0, requested.scalars.get(name) ?? 0);
  }
  return insufficient(reasons, isFinal);
}

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  wakesOn: ['pod deleted', 'pod shrunk', 'node added', 'node allocatable changed'],
  filter(pod, node) {
    const { requests } = pod;
    const { allocatable, requested } = node;
    const fits =
      node.pods.length < node.maxPods &&
      (requests.cpu === 0 || requests.cpu <= allocatable.cpu - requested.cpu) &&
      (requests.memory === 0 || requests.memory <= allocatable.memory - requested.memory) &&
      (requests.ephemeralStorage === 0 ||
        requests.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage) &&
      requests.scalars.size === 0;
    if (fits) return undefined;
    const rejection = rejectionOf(pod, node);
    return rejection.reasons.length === 0 ? undefined : rejection;
  },
  /** LeastAllocated, of CPU and memory. */
  score(pod, node) {
    const { allocatable } = node;
    let sum = 0;
    let weights = 0;
    if (allocatable.cpu > 0) {
      sum += freeShare(node.usualCpu + pod.usualCpu, allocatable.cpu);
      weights++;
    }
    if (allocatable.memory > 0) {
      sum += freeShare(node.usualMemory + pod.usualMemory, allocatable.memory);
      weights++;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  },
};

function freeShare(used: number, capacity: number): number {
  return used > capacity ? 0 : Math.trunc(((capacity - used) * MAX_NODE_SCORE) / capacity);
}
