/** On which nodes a daemon belongs. */
import { asksForNode, untoleratedTaint } from '../../apis/core/node-fit.ts';
import type { DaemonSet, Node } from '../../client/api-types.ts';
import { daemonTolerations } from './daemon-pod.ts';

export interface Eligibility {
  /** One is made where there is none. */
  readonly shouldRun: boolean;
  /** One that is there stays. */
  readonly mayStay: boolean;
}

const neither: Eligibility = { shouldRun: false, mayStay: false };

/** Looks at one daemon set for many nodes. */
export function eligibilityFor({ spec }: DaemonSet): (node: Node) => Eligibility {
  const podSpec = spec?.template.spec ?? { containers: [] };
  const tolerations = daemonTolerations(podSpec);
  const { nodeName = '' } = podSpec;
  return ({ metadata, spec: nodeSpec }) => {
    const { name = '', labels = {} } = metadata;
    if ((nodeName !== '' && nodeName !== name) || !asksForNode(podSpec, { name, labels })) return neither;
    const taints = nodeSpec?.taints ?? [];
    if (taints.length === 0) return { shouldRun: true, mayStay: true };
    const bears = (...effects: string[]) => untoleratedTaint(taints, { tolerations, effects }) === undefined;
    return { shouldRun: bears('NoExecute', 'NoSchedule'), mayStay: bears('NoExecute') };
  };
}
