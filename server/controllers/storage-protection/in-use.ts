/** Whether a claim or a volume that is deleted must stay a while. */
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../client/api-types.ts';
import { ephemeralClaimName, isClaimOf } from '../pods/claims.ts';

/** A pod that is on no node yet will not be started with a claim that goes away. */
export function podUsesClaim(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if ((pod.spec?.nodeName ?? '') === '') return false;
  const { name } = claim.metadata;
  return (pod.spec?.volumes ?? []).some((volume) => {
    if (volume.persistentVolumeClaim?.claimName === name) return true;
    if (volume.ephemeral === undefined || isShutDown(pod)) return false;
    return ephemeralClaimName(pod, volume) === name && isClaimOf(pod, claim);
  });
}

export function isVolumeInUse({ status }: PersistentVolume): boolean {
  return status?.phase === 'Bound';
}

/** Only its finalizers keep it: were it to wait for its claim, and they for the claim too, nothing would ever end. */
function isShutDown({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

/** Those that it has, is to have, or is being given. */
export function classesOfClaim({ spec, status }: PersistentVolumeClaim): string[] {
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter(isName))];
}

export function classesOfVolume({ spec }: PersistentVolume): string[] {
  const { volumeAttributesClassName: name = '' } = spec ?? {};
  return name === '' ? [] : [name];
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name !== '';
}
