/** Which volume claims a pod uses. */
import type { PersistentVolumeClaim, Pod, PodSpec } from '../../client/api-types.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];

/** The claim of an ephemeral volume is named after pod and volume. */
export function ephemeralClaimName({ metadata }: Pod, { name }: Pick<Volume, 'name'>): string {
  return `${metadata.name}-${name}`;
}

/** "namespace/name" of each. */
export function claimKeysOf(pod: Pod): string[] {
  const { namespace = '' } = pod.metadata;
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return [`${namespace}/${volume.persistentVolumeClaim.claimName}`];
    return volume.ephemeral === undefined ? [] : [`${namespace}/${ephemeralClaimName(pod, volume)}`];
  });
}

/** Not merely one of that name that somebody else has made. */
export function isClaimOf(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  return (
    metadata.ownerReferences?.some(({ uid, controller }) => uid === pod.metadata.uid && controller === true) === true
  );
}
