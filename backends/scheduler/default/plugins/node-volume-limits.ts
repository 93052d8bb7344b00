/** NodeVolumeLimits: so many volumes of a driver as a node's CSINode allows, counted with those that are attached without a pod. */
import type { NodeInfo, Plugin, PodInfo, SchedulerHandle } from '../../interface.ts';
import { unschedulable } from '../rejections.ts';

const full = unschedulable('node(s) exceed max volume count');

/** Drivers by what makes their volumes distinct. */
type Volumes = Map<string, string>;

export function nodeVolumeLimits({ objects }: SchedulerHandle): Plugin<Volumes> {
  const add = (into: Volumes, pod: PodInfo): void => {
    for (const used of pod.volumes) {
      if (used.type !== 'claim') continue;
      const claim = objects.claim(pod.namespace, used.claim);
      if (claim === undefined) continue;
      const volume = claim.volumeName === '' ? undefined : objects.volume(claim.volumeName);
      // One that is not made yet has a name that no driver gives.
      const [driver, handle] =
        volume === undefined
          ? [objects.storageClass(claim.storageClassName)?.provisioner ?? '', ` ${pod.namespace}/${used.claim}`]
          : [volume.driver, volume.handle];
      if (driver !== '' && handle !== '') into.set(`${driver}/${handle}`, driver);
    }
  };

  const exceeds = (node: NodeInfo, wanted: Volumes, limits: ReadonlyMap<string, number>): boolean => {
    const attached: Volumes = new Map();
    for (const there of node.pods) add(attached, there);
    for (const { driver, handle } of objects.attachedTo(node.name)) attached.set(`${driver}/${handle}`, driver);
    const counts = new Map<string, number>();
    const isOver = (driver: string): boolean => {
      const count = (counts.get(driver) ?? 0) + 1;
      counts.set(driver, count);
      return count > (limits.get(driver) ?? Number.POSITIVE_INFINITY);
    };
    for (const driver of attached.values()) isOver(driver);
    return [...wanted].some(([name, driver]) => !attached.has(name) && isOver(driver));
  };

  return {
    name: 'NodeVolumeLimits',
    wakesOn: ['pod deleted', 'claim changed', 'csi node changed', 'volume attachment deleted'],
    preFilter(pod) {
      const state: Volumes = new Map();
      add(state, pod);
      return state.size === 0 ? 'skip' : { state };
    },
    filter(_pod, node, wanted) {
      const limits = objects.nodeDrivers(node.name)?.limits;
      if (limits === undefined || limits.size === 0) return undefined;
      return exceeds(node, wanted, limits) ? full : undefined;
    },
  };
}
