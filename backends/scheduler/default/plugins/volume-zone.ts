/** VolumeZone: a volume with a zone in its labels is used in that zone. */
import type { Plugin, SchedulerHandle } from '../../interface.ts';
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

export function volumeZone(handle: SchedulerHandle): Plugin<readonly Wanted[]> {
  return {
    name: 'VolumeZone',
    wakesOn: ['node added', 'node labels changed', 'volume changed', 'claim changed', 'storage class changed'],
    preFilter(pod) {
      const wanted: Wanted[] = [];
      for (const used of pod.volumes) {
        const claim = used.type === 'claim' ? handle.objects.claim(pod.namespace, used.claim) : undefined;
        const volume =
          claim === undefined || claim.volumeName === '' ? undefined : handle.objects.volume(claim.volumeName);
        for (const key of topologyLabels) {
          const value = volume?.labels[key];
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
