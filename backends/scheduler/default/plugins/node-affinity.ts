/** NodeAffinity: node selectors, required and preferred node affinity. */
import type { Plugin } from '../../interface.ts';
import { normalizeScores } from '../normalize-scores.ts';
import { unresolvable } from '../rejections.ts';

const notAsked = unresolvable("node(s) didn't match Pod's node affinity/selector");

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  wakesOn: ['node added', 'node labels changed'],
  preFilter({ requiredNode }) {
    if (requiredNode === undefined) return 'skip';
    // Daemons name their node: nobody else is looked at.
    return { state: undefined, nodes: requiredNode.names };
  },
  filter: (pod, node) => (pod.requiredNode?.matches(node) === false ? notAsked : undefined),
  preScore: ({ preferredNodes }) => (preferredNodes.length === 0 ? 'skip' : { state: undefined }),
  score(pod, node) {
    let sum = 0;
    for (const preferred of pod.preferredNodes) if (preferred.node.matches(node)) sum += preferred.weight;
    return sum;
  },
  normalize: (scores) => normalizeScores(scores),
};
