/** What a pod takes from the API to run: a pod that a node runs of itself must do without. */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { namesAnySecret } from './pod-secrets.ts';

const bySource: Readonly<Record<string, string>> = {
  configMap: 'configmaps (via configmap volumes)',
  secret: 'secrets (via secret volumes)',
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
};
const byProjection: Readonly<Record<string, string>> = {
  configMap: 'configmaps (via projected volumes)',
  secret: 'secrets (via projected volumes)',
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
};

/** The resource that it refers to; undefined: none. */
export function apiReferenceOf(spec: JsonObject): string | undefined {
  if (asText(spec.serviceAccountName) !== '') return 'serviceaccounts';
  if (namesAnySecret(spec)) return 'secrets';
  if (namesAnyConfigMap(spec)) return 'configmaps';
  if (asObjects(spec.resourceClaims).length > 0) return 'resourceclaims';
  for (const volume of asObjects(spec.volumes)) {
    const found = firstOf(volume, bySource) ?? projectedReference(volume);
    if (found !== undefined) return found;
  }
  return undefined;
}

function projectedReference({ projected }: JsonObject): string | undefined {
  for (const source of asObjects(asObject(projected).sources)) {
    const found = firstOf(source, byProjection);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstOf(source: JsonObject, names: Readonly<Record<string, string>>): string | undefined {
  const field = Object.keys(names).find((name) => isSet(source[name]));
  return field === undefined ? undefined : names[field];
}

function namesAnyConfigMap(spec: JsonObject): boolean {
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]),
  );
  const references = containers.flatMap(({ env, envFrom }) => [
    ...asObjects(envFrom).map(({ configMapRef }) => asObject(configMapRef)),
    ...asObjects(env).map(({ valueFrom }) => asObject(asObject(valueFrom).configMapKeyRef)),
  ]);
  const volumes = asObjects(spec.volumes).flatMap(({ configMap, projected }) => [
    asObject(configMap),
    ...asObjects(asObject(projected).sources).map((source) => asObject(source.configMap)),
  ]);
  return [...references, ...volumes].some(({ name }) => asText(name) !== '');
}
