/** VolumeZone: a volume with a zone in its labels is used in that zone. */
import type { Plugin, Rejection, SchedulerHandle, Volume } from '../../interface.ts';
import { unresolvable } from '../rejections.ts';

const elsewhere = unresolvable('node(s) had no available volume zone');
const topologyLabels = [
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
] as const;
const newNames: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
};

interface Wanted {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

export function volumeZone({ objects }: SchedulerHandle): Plugin<readonly Wanted[]> {
  /** Undefined: it waits for its node. */
  const volumeOf = (namespace: string, name: string): Volume | Rejection | undefined => {
    const claim = objects.claim(namespace, name);
    if (claim === undefined) return unresolvable(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
    const { volumeName, storageClassName } = claim;
    if (volumeName !== '') {
      return objects.volume(volumeName) ?? unresolvable(`persistentvolume ${JSON.stringify(volumeName)} not found`);
    }
    if (storageClassName === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
    const storageClass = objects.storageClass(storageClassName);
    if (storageClass === undefined) {
      return unresolvable(`storageclass.storage.k8s.io ${JSON.stringify(storageClassName)} not found`);
    }
    return storageClass.waitsForConsumer ? undefined : unresolvable('PersistentVolume had no name');
  };

  return {
    name: 'VolumeZone',
    wakesOn: ['node added', 'node labels changed', 'volume changed', 'claim changed', 'storage class changed'],
    preFilter(pod) {
      const wanted: Wanted[] = [];
      for (const used of pod.volumes) {
        if (used.type !== 'claim' || used.isEphemeral) continue;
        const volume = volumeOf(pod.namespace, used.claim);
        if (volume === undefined) continue;
        if ('reasons' in volume) return volume;
        for (const key of topologyLabels) {
          const value = volume.labels[key];
          if (value !== undefined) wanted.push({ key, values: new Set(value.split('__')) });
        }
      }
      return wanted.length === 0 ? 'skip' : { state: wanted };
    },
    filter(_pod, node, wanted) {
      const hasZones = topologyLabels.some((key) => node.labels[key] !== undefined);
      if (!hasZones) return undefined;
      for (const { key, values } of wanted) {
        const value = node.labels[key] ?? node.labels[newNames[key] ?? ''];
        if (value === undefined || !values.has(value)) return elsewhere;
      }
      return undefined;
    },
  };
}
