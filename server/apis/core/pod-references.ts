/** The objects beside secrets that a pod names: config maps, claims of volumes and of resources. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';

export function podConfigMapNames(spec: JsonObject): string[] {
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]),
  );
  return [
    ...containers.flatMap(({ env }) =>
      asObjects(env).map(({ valueFrom }) => asText(asObject(asObject(valueFrom).configMapKeyRef).name)),
    ),
    ...containers.flatMap(({ envFrom }) =>
      asObjects(envFrom).map(({ configMapRef }) => asText(asObject(configMapRef).name)),
    ),
    ...asObjects(spec.volumes).flatMap(({ configMap, projected }) => [
      asText(asObject(configMap).name),
      ...asObjects(asObject(projected).sources).map((source) => asText(asObject(source.configMap).name)),
    ]),
  ].filter((name) => name !== '');
}

/** Of ephemeral volumes too, whose claims are named after pod and volume. */
export function podClaimNames({ metadata, spec }: KubeObject): string[] {
  return asObjects(asObject(spec).volumes).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (typeof ephemeral === 'object' && ephemeral !== null) return [`${metadata.name ?? ''}-${asText(name)}`];
    const claim = asText(asObject(persistentVolumeClaim).claimName);
    return claim === '' ? [] : [claim];
  });
}

/** Those that exist already: of templates the status says which they became. */
export function podResourceClaimNames({ spec, status }: KubeObject): string[] {
  const { resourceClaimStatuses, extendedResourceClaimStatus } = asObject(status);
  const made = new Map(
    asObjects(resourceClaimStatuses).map(({ name, resourceClaimName }) => [asText(name), asText(resourceClaimName)]),
  );
  return [
    ...asObjects(asObject(spec).resourceClaims).map(
      ({ name, resourceClaimName }) => asText(resourceClaimName) || (made.get(asText(name)) ?? ''),
    ),
    asText(asObject(extendedResourceClaimStatus).resourceClaimName),
  ].filter((name) => name !== '');
}
