/** The default scheduler: upstream's plugins in upstream's order, under the name default-scheduler. */
import type { Plugin, SchedulerBackend, SchedulerHandle } from '../interface.ts';
import { defaultBinder } from './plugins/default-binder.ts';
import { defaultPreemption } from './plugins/default-preemption.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from './plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { nodeVolumeLimits } from './plugins/node-volume-limits.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { prioritySort } from './plugins/priority-sort.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volume-binding.ts';
import { volumeRestrictions } from './plugins/volume-restrictions.ts';
import { volumeZone } from './plugins/volume-zone.ts';

function defaultPlugins(handle: SchedulerHandle, random: () => number): readonly Plugin[] {
  return [
    schedulingGates,
    prioritySort,
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit,
    volumeRestrictions(handle),
    nodeVolumeLimits(handle),
    volumeBinding(handle, { bindTimeoutSeconds: 600 }),
    volumeZone(handle),
    podTopologySpread(handle),
    interPodAffinity(handle),
    defaultPreemption(handle, random),
    nodeResourcesBalancedAllocation,
    imageLocality(handle.nodes),
    defaultBinder(handle),
  ];
}

/** `random`: in [0, 1). */
export function defaultScheduler({ random }: { readonly random: () => number }): SchedulerBackend {
  return {
    name: 'default',
    profiles: (handle) => [{ schedulerName: 'default-scheduler', plugins: defaultPlugins(handle, random) }],
  };
}
