/** What a volume and a claim look like once they are bound to each other. Pure: copies where something changes, else the same. */
import type { PersistentVolume, PersistentVolumeClaim } from '../../client/api-types.ts';
import { annotations } from './match.ts';

export function boundVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const before = volume.spec?.claimRef;
  if (before?.name === name && before?.namespace === namespace && before?.uid === uid) return volume;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
  // Who reserved the volume keeps it; what the controller has chosen it may give back.
  const mark: Record<string, string> = before === undefined ? { [annotations.boundByController]: 'yes' } : {};
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, ...mark } },
    spec: { ...volume.spec, claimRef },
  };
}

export function boundClaim(claim: PersistentVolumeClaim, volume: PersistentVolume): PersistentVolumeClaim {
  const isChosen = (claim.spec?.volumeName ?? '') === '';
  const isDone = claim.metadata.annotations?.[annotations.bindCompleted] !== undefined;
  if (!isChosen && isDone) return claim;
  const marks = { [annotations.bindCompleted]: 'yes', ...(isChosen ? { [annotations.boundByController]: 'yes' } : {}) };
  return {
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, ...marks } },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  };
}

export function boundClaimStatus(claim: PersistentVolumeClaim, volume: PersistentVolume): PersistentVolumeClaim {
  const { phase, capacity } = claim.status ?? {};
  if (phase === 'Bound' && capacity !== undefined) return claim;
  const status = {
    ...claim.status,
    phase: 'Bound',
    accessModes: volume.spec?.accessModes,
    capacity: volume.spec?.capacity,
    ...(volume.spec?.volumeAttributesClassName === undefined
      ? {}
      : { currentVolumeAttributesClassName: volume.spec.volumeAttributesClassName }),
  };
  return { ...claim, status };
}
