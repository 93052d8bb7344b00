/** NodeVolumeLimits: so many volumes of a driver as its CSINode allows. */
import type { NodeInfo, Plugin, PodInfo, SchedulerHandle } from '../../interface.ts';
import { unschedulable } from '../rejections.ts';

const full = unschedulable('node(s) exceed max volume count');

export function nodeVolumeLimits(handle: SchedulerHandle): Plugin<ReadonlyMap<string, ReadonlySet<string>>> {
  /** Volumes of pods by driver. */
  const attached = (pods: readonly PodInfo[]): Map<string, Set<string>> => {
    const byDriver = new Map<string, Set<string>>();
    for (const pod of pods) {
      for (const used of pod.volumes) {
        if (used.type !== 'claim') continue;
        const claim = handle.objects.claim(pod.namespace, used.claim);
        const volume =
          claim === undefined || claim.volumeName === '' ? undefined : handle.objects.volume(claim.volumeName);
        const driver = volume?.driver ?? handle.objects.storageClass(claim?.storageClassName ?? '')?.provisioner ?? '';
        if (driver === '') continue;
        const of = byDriver.get(driver) ?? new Set();
        byDriver.set(driver, of.add(volume?.name ?? `${pod.namespace}/${used.claim}`));
      }
    }
    return byDriver;
  };
  const exceeds = (node: NodeInfo, driver: string, wanted: ReadonlySet<string>): boolean => {
    const limit = handle.objects.volumeLimit(node.name, driver);
    if (limit === undefined) return false;
    return (attached(node.pods).get(driver) ?? new Set<string>()).union(wanted).size > limit;
  };
  return {
    name: 'NodeVolumeLimits',
    wakesOn: ['pod deleted', 'node added', 'claim changed', 'csi node changed'],
    preFilter(pod) {
      const state = attached([pod]);
      return state.size === 0 ? 'skip' : { state };
    },
    filter(_pod, node, wanted) {
      for (const [driver, volumes] of wanted) if (exceeds(node, driver, volumes)) return full;
      return undefined;
    },
  };
}
