/** DefaultBinder: tells the API where the pod goes. */
import type { Plugin, SchedulerHandle } from '../../interface.ts';

export function defaultBinder(handle: SchedulerHandle): Plugin {
  return { name: 'DefaultBinder', bind: (pod, node) => handle.bind(pod, node) };
}
