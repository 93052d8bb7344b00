/** VolumeRestrictions: a disk that one node may write to, and claims that one pod may have. */
import type { NodeInfo, Plugin, PodInfo, PodVolume, SchedulerHandle } from '../../interface.ts';
import { unresolvable, unschedulable } from '../rejections.ts';

const taken = unschedulable('node(s) had no available disk');
const inUse = unschedulable(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
);

interface State {
  /** Claims that nobody else may have, by name. */
  readonly alone: ReadonlySet<string>;
  /** How often pods that have a node use them. */
  readonly users: number;
}

export function volumeRestrictions({ objects }: SchedulerHandle): Plugin<State> {
  return {
    name: 'VolumeRestrictions',
    wakesOn: ['pod deleted', 'node added', 'claim changed'],
    preFilter(pod) {
      if (pod.volumes.length === 0) return 'skip';
      const alone = new Set<string>();
      for (const volume of pod.volumes) {
        if (volume.type !== 'claim' || volume.isEphemeral) continue;
        const claim = objects.claim(pod.namespace, volume.claim);
        if (claim === undefined) return unresolvable(`persistentvolumeclaim ${JSON.stringify(volume.claim)} not found`);
        if (claim.accessModes.includes('ReadWriteOncePod')) alone.add(claim.name);
      }
      const users = [...alone].filter((name) => objects.podsUsingClaim(pod.namespace, name) > 0).length;
      return users > 0 || pod.volumes.some(({ type }) => type === 'disk') ? { state: { alone, users } } : 'skip';
    },
    withPod(pod, state, { pod: changed, by }) {
      if (changed.namespace !== pod.namespace) return state;
      const uses = changed.volumes.filter((volume) => volume.type === 'claim' && state.alone.has(volume.claim)).length;
      return uses === 0 ? state : { ...state, users: state.users + by * uses };
    },
    filter(pod, node, { users }) {
      if (collides(pod, node)) return taken;
      return users > 0 ? inUse : undefined;
    },
  };
}

function collides(pod: PodInfo, node: NodeInfo): boolean {
  return pod.volumes.some((wanted) => node.pods.some(({ volumes }) => volumes.some((used) => excludes(wanted, used))));
}

function excludes(a: PodVolume, b: PodVolume): boolean {
  if (a.type !== 'disk' || b.type !== 'disk' || (a.readOnly && b.readOnly)) return false;
  return a.ids.some((id) => b.ids.includes(id));
}
