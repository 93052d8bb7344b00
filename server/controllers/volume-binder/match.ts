/** Which volume is the best for a claim, and whether one is good at all. Pure. */
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import { compareQuantities } from '../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../client/api-types.ts';

export const annotations = {
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  selectedNode: 'volume.kubernetes.io/selected-node',
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  oldProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  oldClass: 'volume.beta.kubernetes.io/storage-class',
} as const;

export function classOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string {
  return metadata.annotations?.[annotations.oldClass] ?? spec?.storageClassName ?? '';
}

export function isBoundTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false;
  return ref.uid === undefined || ref.uid === '' || ref.uid === metadata.uid;
}

/** Why the volume cannot be the claim's; undefined: it can. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const requested = claim.spec?.resources?.requests?.storage ?? '0';
  const capacity = volume.spec?.capacity?.storage ?? '0';
  if (compareQuantities(parseQuantity(capacity), parseQuantity(requested)) < 0) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if ((volume.spec?.volumeMode ?? 'Filesystem') !== (claim.spec?.volumeMode ?? 'Filesystem'))
    return 'incompatible volumeMode';
  const modes = volume.spec?.accessModes ?? [];
  if ((claim.spec?.accessModes ?? []).some((mode) => !modes.includes(mode))) return 'incompatible accessMode';
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) {
    return 'volumeAttributesClassName does not match';
  }
  return undefined;
}

/** One that waits for this claim comes first, then the smallest that is large enough. */
export function bestVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const selector = claim.spec?.selector === undefined ? undefined : labelSelectorToSelector(claim.spec.selector);
  const candidates = volumes.filter((volume) => {
    if (volume.metadata.deletionTimestamp !== undefined || mismatch(volume, claim) !== undefined) return false;
    if (volume.spec?.claimRef !== undefined) return isBoundTo(volume, claim);
    if (volume.status?.phase !== 'Available') return false;
    return selector === undefined || selector.matches(volume.metadata.labels);
  });
  const reserved = candidates.find(({ spec }) => spec?.claimRef !== undefined);
  const size = ({ spec }: PersistentVolume) => parseQuantity(spec?.capacity?.storage ?? '0');
  return reserved ?? candidates.toSorted((a, b) => compareQuantities(size(a), size(b)))[0];
}
