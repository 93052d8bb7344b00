/** PrioritySort: higher priority first, then who waits longer. */
import type { Plugin } from '../../interface.ts';

export const prioritySort: Plugin = {
  name: 'PrioritySort',
  less: (a, b) => a.pod.priority > b.pod.priority || (a.pod.priority === b.pod.priority && a.since < b.since),
};
