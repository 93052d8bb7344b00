/** TaintToleration: taints keep pods away, or make a node less liked. */
import type { Plugin, Toleration } from '../../interface.ts';
import { normalizeScores } from '../normalize-scores.ts';
import { unresolvable } from '../rejections.ts';
import { keepsAway, tolerates, untolerated } from '../tolerations.ts';

const tainted = unresolvable('node(s) had untolerated taint(s)');

interface ScoreState {
  /** Those that soft taints could be tolerated by. */
  readonly tolerations: readonly Toleration[];
}

export const taintToleration: Plugin<undefined, ScoreState> = {
  name: 'TaintToleration',
  weight: 3,
  wakesOn: ['node added', 'node taints changed', 'pod tolerations changed'],
  filter(pod, node) {
    if (node.taints.length === 0) return undefined;
    const taint = untolerated(node.taints, pod.tolerations, keepsAway);
    return taint === undefined ? undefined : tainted;
  },
  preScore(pod, nodes) {
    const tolerations = pod.tolerations.filter(({ effect }) => effect === '' || effect === 'PreferNoSchedule');
    // Without a soft taint all nodes would score alike.
    const isSoft = nodes.some(({ taints }) => taints.some(({ effect }) => effect === 'PreferNoSchedule'));
    return isSoft ? { state: { tolerations } } : 'skip';
  },
  score(_pod, node, { tolerations }) {
    let count = 0;
    for (const taint of node.taints) {
      if (taint.effect !== 'PreferNoSchedule') continue;
      if (!tolerations.some((toleration) => tolerates(toleration, taint))) count++;
    }
    return count;
  },
  normalize: (scores) => normalizeScores(scores, { isReversed: true }),
};
