/** NodeName: a pod that names its node goes nowhere else. */
import type { Plugin } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';

const otherNode = unresolvable("node(s) didn't match the requested node name");

export const nodeName: Plugin = {
  name: 'NodeName',
  wakesOn: ['node added'],
  preFilter: (pod) => (pod.nodeName === '' ? 'skip' : { state: undefined, nodes: [pod.nodeName] }),
  filter: (pod, node) => (pod.nodeName === node.name ? undefined : otherNode),
};
