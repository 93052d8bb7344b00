/** Nodes of different sizes, in zones and racks, some tainted, some closed. */
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Dice } from './dice.ts';

const mebibyte = 2 ** 20;

export function generateNodes(dice: Dice): KubeObject[] {
  const hasZones = dice.chance(0.85);
  return Array.from({ length: dice.between(2, 10) }, (_, index) => {
    const name = `node-${index}`;
    const taints = dice
      .few(['dedicated', 'spot'], 0, 2)
      .filter(() => dice.chance(0.35))
      .map((key) => ({ key, value: 'yes', effect: dice.pick(['NoSchedule', 'PreferNoSchedule']) }));
    const capacity = {
      cpu: dice.pick(['1', '2', '4', '8']),
      memory: dice.pick(['2Gi', '4Gi', '8Gi']),
      pods: dice.pick(['3', '6', '20']),
      'ephemeral-storage': dice.pick(['10Gi', '100Gi']),
      ...dice.maybe(0.3, () => ({ 'example.com/gpu': dice.pick(['1', '2']) })),
    };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          disk: dice.pick(['ssd', 'hdd']),
          size: String(dice.between(1, 8)),
          ...(hasZones
            ? dice.maybe(0.9, () => ({ 'topology.kubernetes.io/zone': dice.pick(['z1', 'z2', 'z3']) }))
            : {}),
          ...dice.maybe(0.7, () => ({ rack: dice.pick(['r1', 'r2']) })),
        },
      },
      spec: { taints, ...dice.maybe(0.08, () => ({ unschedulable: true })) },
      status: {
        capacity,
        allocatable: capacity,
        images: [
          ...(dice.chance(0.4) ? [{ names: ['small:1', 'example.com/small:1'], sizeBytes: 60 * mebibyte }] : []),
          ...(dice.chance(0.3) ? [{ names: ['large:1'], sizeBytes: 900 * mebibyte }] : []),
        ],
      },
    };
  });
}
