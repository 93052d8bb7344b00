/** Claims, volumes and what stands around them as schedulers see them: compiled once for each version of an object. */
import type {
  Claim,
  NodeDrivers,
  StorageCapacity,
  StorageClass,
  Volume,
  VolumeDriver,
} from '../../../backends/scheduler/interface.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type {
  CsiDriver,
  CsiNode,
  CsiStorageCapacity,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass as StorageClassObject,
} from '../../client/api-types.ts';
import { wholeAmount } from './amounts.ts';
import { anyTerm, topologyMatcher } from './node-matcher.ts';
import { once } from './once.ts';

const bindCompleted = 'pv.kubernetes.io/bind-completed';
export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';
const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

export const compiledClaim = once(({ metadata, spec, status }: PersistentVolumeClaim): Claim => {
  const { namespace = '', name = '', uid = '', annotations = {}, ownerReferences = [] } = metadata;
  const volumeName = spec?.volumeName ?? '';
  return {
    namespace,
    name,
    uid,
    isTerminating: metadata.deletionTimestamp !== undefined,
    volumeName,
    storageClassName: annotations[oldClassAnnotation] ?? spec?.storageClassName ?? '',
    isBound: volumeName !== '' && annotations[bindCompleted] !== undefined,
    isLost: status?.phase === 'Lost',
    accessModes: spec?.accessModes ?? [],
    volumeMode: spec?.volumeMode ?? 'Filesystem',
    attributesClassName: spec?.volumeAttributesClassName ?? '',
    requested: wholeAmount(spec?.resources?.requests?.storage),
    selector: spec?.selector === undefined ? undefined : labelSelectorToSelector(spec.selector),
    ownerUid: ownerReferences.find(({ controller }) => controller === true)?.uid ?? '',
    selectedNode: annotations[selectedNodeAnnotation] ?? '',
  };
});

export const compiledVolume = once(({ metadata, spec, status }: PersistentVolume): Volume => {
  const { claimRef, nodeAffinity, csi } = spec ?? {};
  const required = nodeAffinity?.required;
  return {
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
    storageClassName: metadata.annotations?.[oldClassAnnotation] ?? spec?.storageClassName ?? '',
    accessModes: spec?.accessModes ?? [],
    volumeMode: spec?.volumeMode ?? 'Filesystem',
    attributesClassName: spec?.volumeAttributesClassName ?? '',
    capacity: wholeAmount(spec?.capacity?.storage),
    claim: claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`,
    claimUid: claimRef?.uid ?? '',
    isAvailable: status?.phase === 'Available',
    isTerminating: metadata.deletionTimestamp !== undefined,
    node: required === undefined ? undefined : anyTerm(required.nodeSelectorTerms),
    driver: csi?.driver ?? '',
    handle: csi?.volumeHandle ?? '',
  };
});

export const compiledStorageClass = once(
  ({ metadata, provisioner, volumeBindingMode, allowedTopologies }: StorageClassObject): StorageClass => ({
    name: metadata.name ?? '',
    provisioner,
    waitsForConsumer: volumeBindingMode === 'WaitForFirstConsumer',
    allowedTopologies: topologyMatcher(allowedTopologies),
  }),
);

export const compiledNodeDrivers = once(({ spec }: CsiNode): NodeDrivers => {
  const limits = new Map<string, number>();
  for (const { name, allocatable } of spec.drivers) {
    if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
  }
  return { limits };
});

export const compiledDriver = once(
  ({ spec }: CsiDriver): VolumeDriver => ({
    tracksCapacity: spec.storageCapacity === true,
  }),
);

export const compiledCapacity = once(
  ({ capacity, maximumVolumeSize, nodeTopology }: CsiStorageCapacity): StorageCapacity => {
    const limit = maximumVolumeSize ?? capacity;
    return {
      largest: limit === undefined ? undefined : wholeAmount(limit),
      nodes: nodeTopology === undefined ? undefined : labelSelectorToSelector(nodeTopology),
    };
  },
);
