/** Storage of a generated cluster: classes, volumes and claims in every state, limits of drivers, published capacities. */
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Dice } from './dice.ts';

export interface GeneratedVolumes {
  readonly objects: readonly KubeObject[];
  /** "namespace/name", with some that do not exist. */
  readonly claims: readonly string[];
}

const driver = 'disks.example.com';
const zoneKey = 'topology.kubernetes.io/zone';

export function generateVolumes(dice: Dice, nodes: readonly KubeObject[]): GeneratedVolumes {
  if (dice.chance(0.4)) return { objects: [], claims: [] };
  const claims: string[] = [];
  const objects: KubeObject[] = [...classes(dice), csiDriver(dice), ...capacities(dice), ...limits(dice, nodes)];
  for (let index = 0; index < 5; index++) {
    const namespace = dice.pick(['red', 'blue']);
    const name = `claim-${index}`;
    const storageClass = dice.pick(['local', 'dynamic', 'immediate']);
    const isBound = dice.chance(0.4);
    if (isBound || storageClass === 'local') {
      const owner = isBound ? { namespace, name } : undefined;
      objects.push(volume({ dice, name: `volume-${index}`, storageClass, owner }));
    }
    if (dice.chance(0.9)) {
      objects.push(claim({ dice, namespace, name, storageClass, volume: isBound ? `volume-${index}` : undefined }));
    }
    claims.push(`${namespace}/${name}`);
  }
  return { objects, claims };
}

function classes(dice: Dice): KubeObject[] {
  const make = (name: string, more: object): KubeObject => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    ...more,
  });
  return [
    make('local', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' }),
    make('immediate', { provisioner: driver, volumeBindingMode: 'Immediate' }),
    make('dynamic', {
      provisioner: driver,
      volumeBindingMode: 'WaitForFirstConsumer',
      ...dice.maybe(0.5, () => ({
        allowedTopologies: [{ matchLabelExpressions: [{ key: zoneKey, values: dice.few(['z1', 'z2'], 1, 2) }] }],
      })),
    }),
  ];
}

function csiDriver(dice: Dice): KubeObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: driver },
    spec: { storageCapacity: dice.chance(0.5) },
  };
}

function capacities(dice: Dice): KubeObject[] {
  return dice.few(['z1', 'z2', 'z3'], 0, 3).map((zone) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: { name: `capacity-${zone}`, namespace: 'red' },
    storageClassName: 'dynamic',
    nodeTopology: { matchLabels: { [zoneKey]: zone } },
    capacity: dice.pick(['1Gi', '100Gi']),
    ...dice.maybe(0.3, () => ({ maximumVolumeSize: '5Gi' })),
  }));
}

function limits(dice: Dice, nodes: readonly KubeObject[]): KubeObject[] {
  return nodes
    .filter(() => dice.chance(0.6))
    .map(({ metadata }) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name: metadata.name ?? '' },
      spec: {
        drivers: [
          {
            name: driver,
            nodeID: metadata.name,
            ...dice.maybe(0.7, () => ({ allocatable: { count: dice.between(1, 3) } })),
          },
        ],
      },
    }));
}

interface ClaimGiven {
  readonly dice: Dice;
  readonly namespace: string;
  readonly name: string;
  readonly storageClass: string;
  readonly volume: string | undefined;
}

function claim({ dice, namespace, name, storageClass, volume: volumeName }: ClaimGiven): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace,
      ...(volumeName === undefined ? {} : { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }),
    },
    spec: {
      storageClassName: storageClass,
      accessModes: [dice.chance(0.7) ? 'ReadWriteOnce' : 'ReadWriteOncePod'],
      resources: { requests: { storage: dice.pick(['1Gi', '8Gi']) } },
      ...(volumeName === undefined ? {} : { volumeName }),
    },
    status: { phase: volumeName === undefined ? 'Pending' : 'Bound' },
  };
}

interface VolumeGiven {
  readonly dice: Dice;
  readonly name: string;
  readonly storageClass: string;
  readonly owner: { readonly namespace: string; readonly name: string } | undefined;
}

function volume({ dice, name, storageClass, owner }: VolumeGiven): KubeObject {
  const zone = dice.pick(['z1', 'z2', 'z3']);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, ...dice.maybe(0.3, () => ({ labels: { [zoneKey]: zone } })) },
    spec: {
      capacity: { storage: dice.pick(['8Gi', '50Gi']) },
      accessModes: [dice.chance(0.7) ? 'ReadWriteOnce' : 'ReadWriteOncePod'],
      storageClassName: storageClass,
      persistentVolumeReclaimPolicy: 'Retain',
      ...dice.pick([{ csi: { driver, volumeHandle: name } }, { hostPath: { path: `/tmp/${name}` } }]),
      ...dice.maybe(0.6, () => ({
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneKey, operator: 'In', values: [zone] }] }] },
        },
      })),
      ...(owner === undefined ? {} : { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...owner } }),
    },
    status: { phase: owner === undefined ? 'Available' : 'Bound' },
  };
}
