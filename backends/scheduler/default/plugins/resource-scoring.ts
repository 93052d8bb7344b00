/** What a node is worth by how much of it would be used: the strategies of NodeResourcesFit. */
import type { NodeInfo, PodInfo, Resources } from '../../interface.ts';
import type { ScoringStrategy, WeightedResource } from '../../profile-settings.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';

type Score = (pod: PodInfo, node: NodeInfo) => number;

export function scoringOf(strategy: ScoringStrategy): Score {
  const { type, resources, shape } = strategy;
  if (type === 'LeastAllocated') return isUsual(resources) ? leastOfUsual : averageOf(resources, freeShare);
  if (type === 'MostAllocated') return averageOf(resources, usedShare);
  return ratioOf(resources, shape);
}

function isUsual(resources: readonly WeightedResource[]): boolean {
  const equal = resources.every(({ weight }) => weight === resources[0]?.weight);
  return (
    equal && resources.length === 2 && ['cpu', 'memory'].every((name) => resources.some((each) => each.name === name))
  );
}

/** CPU and memory alike: the way that nearly every pod takes. */
function leastOfUsual(pod: PodInfo, node: NodeInfo): number {
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
}

function freeShare(used: number, capacity: number): number {
  return used > capacity ? 0 : Math.trunc(((capacity - used) * MAX_NODE_SCORE) / capacity);
}

function usedShare(used: number, capacity: number): number {
  return Math.trunc((Math.min(used, capacity) * MAX_NODE_SCORE) / capacity);
}

/** `share`: undefined where the resource does not count. */
function averageOf(
  resources: readonly WeightedResource[],
  share: (used: number, capacity: number) => number | undefined,
  round: (average: number) => number = Math.trunc,
): Score {
  return (pod, node) => {
    let sum = 0;
    let weights = 0;
    for (const { name, weight } of resources) {
      const { used, capacity } = usage(pod, node, name);
      const score = capacity === 0 ? undefined : share(used, capacity);
      if (score === undefined) continue;
      sum += score * weight;
      weights += weight;
    }
    return weights === 0 ? 0 : round(sum / weights);
  };
}

/** Points by percent used, with straight lines between those that are given. Resources without any do not count. */
function ratioOf(resources: readonly WeightedResource[], shape: ScoringStrategy['shape']): Score {
  const points = shape.map(({ utilization, score }) => ({ utilization, score: score * (MAX_NODE_SCORE / 10) }));
  const at = (percent: number): number => {
    const next = points.findIndex(({ utilization }) => percent <= utilization);
    const [before, after] = [points[next - 1], points[next]];
    if (after === undefined) return points.at(-1)?.score ?? 0;
    if (before === undefined) return after.score;
    const [rise, run] = [after.score - before.score, after.utilization - before.utilization];
    return before.score + Math.trunc((rise * (percent - before.utilization)) / run);
  };
  const share = (used: number, capacity: number): number | undefined => {
    const score = at(used > capacity ? 100 : Math.trunc((used * 100) / capacity));
    return score > 0 ? score : undefined;
  };
  return averageOf(resources, share, Math.round);
}

/** With the pod. An extended resource that it does not ask for has no capacity for it. */
function usage(pod: PodInfo, node: NodeInfo, name: string): { readonly used: number; readonly capacity: number } {
  const { allocatable, requested } = node;
  switch (name) {
    case 'cpu':
      return { used: node.usualCpu + pod.usualCpu, capacity: allocatable.cpu };
    case 'memory':
      return { used: node.usualMemory + pod.usualMemory, capacity: allocatable.memory };
    default: {
      const asked = amountOf(pod.requests, name);
      const isScalar = name !== 'ephemeral-storage';
      const capacity = isScalar && asked === 0 ? 0 : amountOf(allocatable, name);
      return { used: amountOf(requested, name) + asked, capacity };
    }
  }
}

export function amountOf(resources: Resources, name: string): number {
  switch (name) {
    case 'cpu':
      return resources.cpu;
    case 'memory':
      return resources.memory;
    case 'ephemeral-storage':
      return resources.ephemeralStorage;
    default:
      return resources.scalars.get(name) ?? 0;
  }
}
