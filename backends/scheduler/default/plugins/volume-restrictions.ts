/** VolumeRestrictions: a disk that one node may write to, and claims that one pod may have. */
import type { Plugin, PodInfo, SchedulerHandle } from '../../interface.ts';
import { unresolvable, unschedulable } from '../rejections.ts';

const taken = unschedulable('node(s) had no available disk');
const inUse = unschedulable(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
);

interface State {
  /** Claims that nobody else may have, by name. */
  readonly alone: ReadonlySet<string>;
}

export function volumeRestrictions(handle: SchedulerHandle): Plugin<State> {
  const claims = ({ volumes }: PodInfo) => volumes.flatMap((volume) => (volume.type === 'claim' ? [volume.claim] : []));
  return {
    name: 'VolumeRestrictions',
    wakesOn: ['pod deleted', 'node added', 'claim changed'],
    preFilter(pod) {
      if (pod.volumes.length === 0) return 'skip';
      const alone = new Set<string>();
      for (const name of claims(pod)) {
        const claim = handle.objects.claim(pod.namespace, name);
        if (claim === undefined) return unresolvable(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
        if (claim.accessModes.includes('ReadWriteOncePod')) alone.add(name);
      }
      const hasDisks = pod.volumes.some(({ type }) => type === 'disk');
      return hasDisks || alone.size > 0 ? { state: { alone } } : 'skip';
    },
    filter(pod, node, { alone }) {
      if (alone.size > 0 && [...alone].some((name) => handle.objects.podsUsingClaim(pod.namespace, name) > 0))
        return inUse;
      for (const there of node.pods) {
        for (const used of there.volumes) {
          if (used.type !== 'disk') continue;
          const collides = pod.volumes.some(
            (wanted) => wanted.type === 'disk' && wanted.id === used.id && !(wanted.readOnly && used.readOnly),
          );
          if (collides) return taken;
        }
      }
      return undefined;
    },
  };
}
