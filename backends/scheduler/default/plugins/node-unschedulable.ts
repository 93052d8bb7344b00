/** NodeUnschedulable: cordoned nodes take only pods that put up with it. */
import type { Plugin } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';
import { tolerates } from '../tolerations.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const unschedulableNode = unresolvable('node(s) were unschedulable');

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  wakesOn: ['node added', 'node taints changed', 'pod tolerations changed'],
  filter(pod, node) {
    if (!node.isUnschedulable) return undefined;
    return pod.tolerations.some((toleration) => tolerates(toleration, taint)) ? undefined : unschedulableNode;
  },
};
