/** SchedulingGates: a pod with gates does not enter the queue. */
import type { Plugin } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';

export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  wakesOn: ['pod ungated'],
  preEnqueue({ schedulingGates: gates }) {
    return gates.length === 0 ? undefined : unresolvable(`waiting for scheduling gates: [${gates.join(' ')}]`);
  },
};
