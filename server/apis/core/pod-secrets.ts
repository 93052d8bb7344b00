/** The secrets that a pod's containers and volumes name. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';

export interface SecretReference {
  readonly secret: string;
  /** The variable that takes its value from the secret; unset: all keys of the secret become variables. */
  readonly variable?: string;
}

/** Variables first, then whole secrets. */
export function containerSecrets(container: JsonObject): SecretReference[] {
  const variables = asObjects(container.env).flatMap(({ name, valueFrom }): SecretReference[] => {
    const { secretKeyRef } = asObject(valueFrom);
    return isReference(secretKeyRef) ? [{ secret: asText(asObject(secretKeyRef).name), variable: asText(name) }] : [];
  });
  const whole = asObjects(container.envFrom).flatMap(({ secretRef }): SecretReference[] =>
    isReference(secretRef) ? [{ secret: asText(asObject(secretRef).name) }] : [],
  );
  return [...variables, ...whole];
}

const inSecretRef = ['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos'] as const;

export function namesAnySecret(spec: JsonObject): boolean {
  return podSecretNames(spec).length > 0;
}

export function podSecretNames(spec: JsonObject): string[] {
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]).flatMap(containerSecrets),
  );
  const names = [
    ...asObjects(spec.imagePullSecrets).map(({ name }) => asText(name)),
    ...containers.map(({ secret }) => secret),
    ...asObjects(spec.volumes).flatMap(volumeSecrets),
  ];
  return names.filter((name) => name !== '');
}

function volumeSecrets(volume: JsonObject): string[] {
  return [
    asText(asObject(volume.secret).secretName),
    asText(asObject(volume.azureFile).secretName),
    asText(asObject(asObject(volume.csi).nodePublishSecretRef).name),
    ...inSecretRef.map((source) => asText(asObject(asObject(volume[source]).secretRef).name)),
    ...asObjects(asObject(volume.projected).sources).map(({ secret }) => asText(asObject(secret).name)),
  ];
}

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
