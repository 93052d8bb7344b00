/** The default scheduler: upstream's plugins in upstream's order, under the name default-scheduler or as a configuration says. */
import type { Plugin, SchedulerBackend, SchedulerHandle } from '../interface.ts';
import {
  defaultProfileSettings,
  type ExtensionPoint,
  extensionPoints,
  type PluginArgs,
  type ProfileSettings,
} from '../profile-settings.ts';
import { type AvailablePlugins, choosePlugins } from './choose-plugins.ts';
import { defaultBinder } from './plugins/default-binder.ts';
import { defaultPreemption } from './plugins/default-preemption.ts';
import { dynamicResources } from './plugins/dynamic-resources.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeDeclaredFeatures } from './plugins/node-declared-features.ts';
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
import { restrictTo } from './restrict-to.ts';

interface PluginParts {
  readonly handle: SchedulerHandle;
  readonly args: PluginArgs;
  readonly random: () => number;
}

/** In upstream's order. */
function allPlugins({ handle, args, random }: PluginParts): readonly Plugin[] {
  return [
    schedulingGates,
    prioritySort,
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity(args.NodeAffinity),
    nodePorts,
    nodeResourcesFit(args.NodeResourcesFit),
    volumeRestrictions(handle),
    nodeVolumeLimits(handle),
    volumeBinding(handle, args.VolumeBinding),
    volumeZone(handle),
    podTopologySpread(handle, args.PodTopologySpread),
    interPodAffinity(handle, args.InterPodAffinity),
    dynamicResources(handle),
    defaultPreemption(handle, { args: args.DefaultPreemption, random }),
    nodeResourcesBalancedAllocation(args.NodeResourcesBalancedAllocation),
    imageLocality(handle.nodes),
    defaultBinder(handle),
    nodeDeclaredFeatures,
  ];
}

function pluginsOf(settings: ProfileSettings, parts: Omit<PluginParts, 'args'>): readonly Plugin[] {
  const all = allPlugins({ ...parts, args: settings.args });
  const byName = new Map(all.map((plugin) => [plugin.name, plugin]));
  const points = new Map(all.map((plugin) => [plugin.name, pointsOf(plugin)]));
  const available: AvailablePlugins = {
    defaults: all.map(({ name, weight = 0 }) => ({ name, weight })),
    pointsOf: (name) => points.get(name),
  };
  return choosePlugins(settings, available).flatMap(({ name, weight, points: chosen }) => {
    const plugin = byName.get(name);
    return plugin === undefined ? [] : [restrictTo({ ...plugin, weight }, chosen)];
  });
}

function pointsOf(plugin: Plugin): ReadonlySet<ExtensionPoint> {
  const extended = new Set(Object.keys(plugin));
  return new Set(extensionPoints.filter((point) => extended.has(point === 'queueSort' ? 'less' : point)));
}

function initialized<T>(schedulerName: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const where = `initializing profiles: creating profile for scheduler name ${schedulerName}`;
    throw new Error(`${where}: ${why}`, { cause: error });
  }
}

export interface DefaultSchedulerOptions {
  /** In [0, 1). */
  readonly random: () => number;
  readonly profiles?: readonly ProfileSettings[];
}

/** Asked for its profiles, it throws an Error if their settings do not go together. */
export function defaultScheduler({
  random,
  profiles = [defaultProfileSettings],
}: DefaultSchedulerOptions): SchedulerBackend {
  return {
    name: 'default',
    profiles: (handle) =>
      profiles.map((settings) => {
        const { schedulerName, percentageOfNodesToScore } = settings;
        const plugins = initialized(schedulerName, () => pluginsOf(settings, { handle, random }));
        return {
          schedulerName,
          plugins,
          ...(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore }),
        };
      }),
  };
}
