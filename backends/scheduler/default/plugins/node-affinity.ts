/** NodeAffinity: node selectors, required and preferred node affinity, of pods and of the configuration. */
import type { Plugin } from '../../interface.ts';
import type { PluginArgs } from '../../profile-settings.ts';
import { normalizeScores } from '../normalize-scores.ts';
import { unresolvable } from '../rejections.ts';

const notAsked = unresolvable("node(s) didn't match Pod's node affinity/selector");
const notEnforced = unresolvable("node(s) didn't match scheduler-enforced node affinity");
const conflict = unresolvable('pod affinity terms conflict');

export function nodeAffinity({ required, preferred }: PluginArgs['NodeAffinity']): Plugin {
  return {
    name: 'NodeAffinity',
    weight: 2,
    wakesOn: ['node added', 'node labels changed'],
    preFilter({ requiredNode }) {
      if (requiredNode === undefined && required === undefined) return 'skip';
      if (requiredNode?.names?.length === 0) return conflict;
      // Daemons name their node: nobody else is looked at.
      return { state: undefined, nodes: requiredNode?.names };
    },
    filter(pod, node) {
      if (required?.matches(node) === false) return notEnforced;
      return pod.requiredNode?.matches(node) === false ? notAsked : undefined;
    },
    preScore: ({ preferredNodes }) => (preferredNodes.length + preferred.length === 0 ? 'skip' : { state: undefined }),
    score(pod, node) {
      let sum = 0;
      for (const each of preferred) if (each.node.matches(node)) sum += each.weight;
      for (const each of pod.preferredNodes) if (each.node.matches(node)) sum += each.weight;
      return sum;
    },
    normalize: (scores) => normalizeScores(scores),
  };
}
