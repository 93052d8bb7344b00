/** NodeResourcesBalancedAllocation: the better when resources of a node are used alike, compared with how it is without the pod. */
import type { NodeInfo, Plugin, PodInfo } from '../../interface.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';
import { amountOf } from './resource-scoring.ts';

type Args = PluginArgs['NodeResourcesBalancedAllocation'];

/** 0 to 100, from the standard deviation of the shares that are used. */
function balance(shares: readonly number[]): number {
  const [first = 0, second = 0] = shares;
  if (shares.length < 2) return MAX_NODE_SCORE;
  if (shares.length === 2) return Math.trunc((1 - Math.abs((first - second) / 2)) * MAX_NODE_SCORE);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const squares = shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0);
  return Math.trunc((1 - Math.sqrt(squares / shares.length)) * MAX_NODE_SCORE);
}

/** CPU and memory, the way that nearly every pod takes: nothing is made for it. */
function usualBalance({ allocatable }: NodeInfo, cpu: number, memory: number): number {
  if (allocatable.cpu === 0 || allocatable.memory === 0) return MAX_NODE_SCORE;
  const [a, b] = [Math.min(1, cpu / allocatable.cpu), Math.min(1, memory / allocatable.memory)];
  return Math.trunc((1 - Math.abs((a - b) / 2)) * MAX_NODE_SCORE);
}

export function nodeResourcesBalancedAllocation({ resources }: Args): Plugin {
  const names = resources.map(({ name }) => name);
  const isUsual = names.toSorted().join() === 'cpu,memory';
  const sharesOf = (pod: PodInfo, { allocatable, requested }: NodeInfo, isWithPod: boolean): number[] => {
    const shares: number[] = [];
    for (const name of names) {
      const asked = amountOf(pod.requests, name);
      const isScalar = name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage';
      const capacity = isScalar && asked === 0 ? 0 : amountOf(allocatable, name);
      if (capacity > 0) shares.push(Math.min(1, (amountOf(requested, name) + (isWithPod ? asked : 0)) / capacity));
    }
    return shares;
  };
  const improvement = (pod: PodInfo, node: NodeInfo): number => {
    if (!isUsual) return balance(sharesOf(pod, node, true)) - balance(sharesOf(pod, node, false));
    const { cpu, memory } = node.requested;
    const { requests } = pod;
    return usualBalance(node, cpu + requests.cpu, memory + requests.memory) - usualBalance(node, cpu, memory);
  };
  return {
    name: 'NodeResourcesBalancedAllocation',
    weight: 1,
    // Pods that ask for nothing would all go to the same node.
    preScore: ({ requests }) => (names.every((name) => amountOf(requests, name) === 0) ? 'skip' : { state: undefined }),
    score: (pod, node) => MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + improvement(pod, node)) / 2),
  };
}
