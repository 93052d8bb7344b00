/** Warnings about PersistentVolumes. */
import { asObject, isSet } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { nodeSelectorTermsWarnings } from './node-labels.ts';

const annotations: readonly (readonly [string, string])[] = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

const plugins: readonly (readonly [field: string, shownAs: string, warning: string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const recycle =
  'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

export function persistentVolumeWarnings(volume: KubeObject): string[] {
  const spec = asObject(volume.spec);
  const known = volume.metadata.annotations ?? {};
  const { nodeSelectorTerms } = asObject(asObject(spec.nodeAffinity).required);
  return [
    ...annotations
      .filter(([key]) => Object.hasOwn(known, key))
      .map(([key, text]) => `metadata.annotations[${key}]: ${text}`),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle' ? [`spec.persistentVolumeReclaimPolicy: ${recycle}`] : []),
    ...nodeSelectorTermsWarnings(nodeSelectorTerms, 'spec.nodeAffinity.required.nodeSelectorTerms'),
    ...plugins.filter(([field]) => isSet(spec[field])).map(([, shownAs, text]) => `spec.${shownAs}: ${text}`),
  ];
}
