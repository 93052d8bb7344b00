/** Pods by the node that they are on: one index for all who ask. */
import type { Pod } from '../../client/api-types.ts';
import type { Informer } from '../../client/informer.ts';

const index = 'node';

/** Of one node's name. */
export function podsByNode(pods: Informer<Pod>): (node: string) => Pod[] {
  pods.addIndexes({
    [index]: ({ spec }) => (spec?.nodeName === undefined || spec.nodeName === '' ? [] : [spec.nodeName]),
  });
  return (node) => pods.lister.byIndex(index, node);
}
