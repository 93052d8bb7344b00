/** Which pods nobody looks after any more: the rules, as pure functions over pods and nodes. */
import type { Node, Pod } from '../../client/api-types.ts';
import { isTerminal, isTerminating } from '../pods/phases.ts';

/** Of more than `most` that have ended, the evicted and then the oldest. */
export function surplusOf(pods: readonly Pod[], most: number): Pod[] {
  const ended = pods.filter(isTerminal);
  if (most <= 0 || ended.length <= most) return [];
  return ended.toSorted(byEvictionAndAge).slice(0, ended.length - most);
}

/** Deleted before any node had them: no kubelet will finish them. */
export function unscheduledTerminating(pods: readonly Pod[]): Pod[] {
  return pods.filter((pod) => isTerminating(pod) && (pod.spec?.nodeName ?? '') === '');
}

/** Deleted on a node of which an administrator has said that it will not come back. */
export function terminatingOutOfService(pods: readonly Pod[], nodeOf: (name: string) => Node | undefined): Pod[] {
  return pods.filter((pod) => {
    if (!isTerminating(pod)) return false;
    const node = nodeOf(pod.spec?.nodeName ?? '');
    if (node === undefined) return false;
    const isNodeReady =
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    return !isNodeReady && node.spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') === true;
  });
}

/** Names of nodes that pods are on and that nobody knows. */
export function missingNodes(pods: readonly Pod[], nodeOf: (name: string) => Node | undefined): Set<string> {
  const names = pods.map(({ spec }) => spec?.nodeName ?? '').filter((name) => name !== '');
  return new Set(names.filter((name) => nodeOf(name) === undefined));
}

function byEvictionAndAge(a: Pod, b: Pod): number {
  const evicted = (pod: Pod) => (pod.status?.reason === 'Evicted' ? 0 : 1);
  const key = ({ metadata }: Pod) => `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;
  return evicted(a) - evicted(b) || (key(a) < key(b) ? -1 : 1);
}
