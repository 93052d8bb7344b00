/** ImageLocality: nodes that have the images already, the more so the larger and the more widespread they are. */
import type { NodesView, Plugin } from '../../interface.ts';
import { MAX_NODE_SCORE } from '../normalize-scores.ts';

/** Bytes below which nothing is gained, and for each container above which nothing more is. */
const leastGain = 23 * 2 ** 20;
const mostGain = 1000 * 2 ** 20;

export function imageLocality(nodes: NodesView): Plugin {
  return {
    name: 'ImageLocality',
    weight: 1,
    preScore: (pod, candidates) =>
      candidates.some(({ images }) => images.size > 0 && pod.images.some((image) => images.has(image)))
        ? { state: undefined }
        : 'skip',
    score(pod, node) {
      let sum = 0;
      for (const image of pod.images) {
        const size = node.images.get(image);
        if (size !== undefined) sum += Math.trunc(size * (nodes.nodesWithImage(image) / nodes.all.length));
      }
      const most = mostGain * pod.containers;
      const gain = Math.min(Math.max(sum, leastGain), most);
      return Math.trunc((MAX_NODE_SCORE * (gain - leastGain)) / (most - leastGain));
    },
  };
}
