/** The secrets of a PersistentVolume that a kubelet needs to mount it. */
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';

export interface VolumeSecret {
  readonly name: string;
  /** '': that of the claim. */
  readonly namespace: string;
}

const withSecretRef = ['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos'] as const;
const ofNodes = ['nodePublishSecretRef', 'nodeStageSecretRef', 'nodeExpandSecretRef'] as const;

export function volumeSecrets(spec: JsonObject): VolumeSecret[] {
  const { secretName, secretNamespace } = asObject(spec.azureFile);
  const references = [
    ...withSecretRef.map((source) => asObject(asObject(spec[source]).secretRef)),
    ...ofNodes.map((field) => asObject(asObject(spec.csi)[field])),
    { name: secretName, namespace: secretNamespace },
  ];
  return references
    .map(({ name, namespace }) => ({ name: asText(name), namespace: asText(namespace) }))
    .filter(({ name }) => name !== '');
}
