/** The claims of a stateful set's pods: made from its templates, and owned so that they go when its retention policy says so. */
import type { OwnerReference } from '../../apimachinery/meta/object.ts';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../client/api-types.ts';
import type { Stored } from '../../client/lister.ts';
import { pods, statefulSets } from '../../client/resource-types.ts';
import { apiVersionOfType, type ResourceType } from '../../client/resource-type.ts';
import { newControllerReference } from '../workload/owner-reference.ts';
import { isInRange, ordinalOf } from './ordinals.ts';

export type ClaimTemplate = NonNullable<NonNullable<StatefulSet['spec']>['volumeClaimTemplates']>[number];

export function claimName(
  { metadata }: StatefulSet,
  template: Pick<ClaimTemplate, 'metadata'>,
  ordinal: number,
): string {
  return `${template.metadata?.name}-${metadata.name}-${ordinal}`;
}

/** As they are to be made. */
export function claimsOf(set: StatefulSet, pod: Pod): PersistentVolumeClaim[] {
  const ordinal = ordinalOf(pod);
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const claim = structuredClone(template) as PersistentVolumeClaim;
    const labels = { ...claim.metadata.labels, ...set.spec?.selector.matchLabels };
    claim.metadata = {
      ...claim.metadata,
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace ?? '',
      labels,
    };
    return claim;
  });
}

interface Retention {
  readonly whenDeleted: string;
  readonly whenScaled: string;
}

function retentionOf({ spec }: StatefulSet): Retention {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted, whenScaled };
}

function retainsAll(set: StatefulSet): boolean {
  const { whenDeleted, whenScaled } = retentionOf(set);
  return whenDeleted !== 'Delete' && whenScaled !== 'Delete';
}

/** By name, whichever uid it has. */
function names(reference: OwnerReference, { metadata }: Stored, type: ResourceType): boolean {
  return (
    reference.apiVersion === apiVersionOfType(type) && reference.kind === type.kind && reference.name === metadata.name
  );
}

function ownersIn({ metadata }: PersistentVolumeClaim): OwnerReference[] {
  return metadata.ownerReferences ?? [];
}

function isOwnedBy(claim: PersistentVolumeClaim, { metadata }: Stored): boolean {
  return ownersIn(claim).some(({ uid }) => uid === metadata.uid);
}

/** It belongs to a namesake that is gone, and will go with it. */
export function hasStaleOwner(claim: PersistentVolumeClaim, owner: Stored, type: ResourceType): boolean {
  const reference = ownersIn(claim).find((each) => names(each, owner, type));
  return reference !== undefined && reference.uid !== owner.metadata.uid;
}

/** Somebody else decides over it. */
export function hasForeignController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  if (retainsAll(set)) return false;
  return ownersIn(claim).some((reference) => {
    if (names(reference, set, statefulSets)) return reference.uid !== set.metadata.uid;
    if (names(reference, pod, pods)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/** Who has to own the claim for the policy to be kept: the set, the pod once it is scaled away, or nobody. */
function wantedOwners(set: StatefulSet, pod: Pod): { bySet: boolean; byPod: boolean } {
  const { whenDeleted, whenScaled } = retentionOf(set);
  const isScaledAway = !isInRange(set, ordinalOf(pod));
  const byPod = whenScaled === 'Delete' && isScaledAway;
  return { bySet: whenDeleted === 'Delete' && !byPod, byPod };
}

export function isOwnedAsWanted(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  if (hasStaleOwner(claim, set, statefulSets) || hasStaleOwner(claim, pod, pods)) return true;
  if (hasForeignController(claim, set, pod)) return !isOwnedBy(claim, set) && !isOwnedBy(claim, pod);
  const ours = ownersIn(claim).filter(({ uid }) => uid === set.metadata.uid || uid === pod.metadata.uid);
  if (ours.some(({ controller }) => controller !== true)) return false;
  const { bySet, byPod } = wantedOwners(set, pod);
  return isOwnedBy(claim, set) === bySet && isOwnedBy(claim, pod) === byPod;
}

export function ownedAsWanted(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): PersistentVolumeClaim {
  const ownerReferences = ownersIn(claim).filter(
    (reference) => !names(reference, set, statefulSets) && !names(reference, pod, pods),
  );
  if (!hasForeignController(claim, set, pod)) {
    const { bySet, byPod } = wantedOwners(set, pod);
    if (bySet) ownerReferences.push(newControllerReference(set, statefulSets));
    if (byPod) ownerReferences.push(newControllerReference(pod, pods));
  }
  return { ...claim, metadata: { ...claim.metadata, ownerReferences } };
}

/** A pod of this name must wait until the claim of its predecessor is gone. */
export function waitsForOldClaims(
  set: StatefulSet,
  { pod, known }: { pod: Pod; known: readonly PersistentVolumeClaim[] },
): boolean {
  return retentionOf(set).whenScaled === 'Delete' && known.some((claim) => hasStaleOwner(claim, pod, pods));
}
