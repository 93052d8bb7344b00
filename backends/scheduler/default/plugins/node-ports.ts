/** NodePorts: a port of the host is given once. */
import type { HostPort, Plugin } from '../../interface.ts';
import { unschedulable } from '../rejections.ts';

const taken = unschedulable("node(s) didn't have free ports for the requested pod ports");
const everywhere = '0.0.0.0';

function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === everywhere || b.ip === everywhere;
}

export const nodePorts: Plugin = {
  name: 'NodePorts',
  wakesOn: ['node added', 'pod deleted'],
  preFilter: ({ hostPorts }) => (hostPorts.length === 0 ? 'skip' : { state: undefined }),
  filter(pod, node) {
    for (const used of node.hostPorts) {
      for (const wanted of pod.hostPorts) if (collide(used, wanted)) return taken;
    }
    return undefined;
  },
};
