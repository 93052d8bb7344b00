/** NodeResourcesBalancedAllocation: the better when CPU and memory of a node are used alike, compared with how it is without the pod. */
import type { NodeInfo, Plugin } from '../../interface.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';

/** 50 to 100: for two resources the standard deviation is half of their difference. */
function balance(node: NodeInfo, cpu: number, memory: number): number {
  const { allocatable } = node;
  if (allocatable.cpu === 0 || allocatable.memory === 0) return MAX_NODE_SCORE;
  const [a, b] = [Math.min(1, cpu / allocatable.cpu), Math.min(1, memory / allocatable.memory)];
  return Math.trunc((1 - Math.abs(a - b) / 2) * MAX_NODE_SCORE);
}

export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  // Pods that ask for nothing would all go to the same node.
  preScore: ({ requests }) => (requests.cpu === 0 && requests.memory === 0 ? 'skip' : { state: undefined }),
  score({ requests }, node) {
    const { requested } = node;
    const withPod = balance(node, requested.cpu + requests.cpu, requested.memory + requests.memory);
    const without = balance(node, requested.cpu, requested.memory);
    return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + withPod - without) / 2);
  },
};
