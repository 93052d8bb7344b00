/** The resource claims of a pod, and those who hold a claim. Pure. */
import type { Pod, PodSpec, ResourceClaim } from '../../client/api-types.ts';
import { isTerminal } from '../pods/phases.ts';

export type PodClaim = NonNullable<PodSpec['resourceClaims']>[number];
type Reference = NonNullable<NonNullable<ResourceClaim['status']>['reservedFor']>[number];

export const podClaimAnnotation = 'resource.kubernetes.io/pod-claim-name';
export const finalizer = 'resource.kubernetes.io/delete-protection';
/** Consumers that a claim may have at once: the API's limit. */
const mostConsumers = 256;

/** Undefined: it is to be made from its template, or the pod needs none. */
export function claimNameOf({ status }: Pod, { name, resourceClaimName }: PodClaim): string | undefined {
  if (resourceClaimName !== undefined) return resourceClaimName;
  return status?.resourceClaimStatuses?.find((each) => each.name === name)?.resourceClaimName;
}

export function isOwnedBy({ metadata }: ResourceClaim, { metadata: { uid } }: Pod): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller === true) === true;
}

/** Base of a generated name, cut so that pod and claim can both be told. */
export function generateNameFor(pod: string, claim: string): string {
  const whole = `${pod}-${claim}-`;
  const most = 57;
  if (whole.length <= most) return whole;
  const part = (text: string) => text.slice(0, Math.floor((text.length * most) / whole.length));
  return `${part(pod)}-${part(claim)}`;
}

export function isReservedFor({ status }: ResourceClaim, { metadata: { uid } }: Pod): boolean {
  return status?.reservedFor?.some((each) => each.uid === uid) === true;
}

export function canBeReserved({ status }: ResourceClaim): boolean {
  return status?.allocation !== undefined && (status.reservedFor ?? []).length < mostConsumers;
}

/** It has ended, or will never begin. */
export function isDone(pod: Pod): boolean {
  return isTerminal(pod) || (pod.metadata.deletionTimestamp !== undefined && (pod.spec?.nodeName ?? '') === '');
}

export function isPodReference({ apiGroup = '', resource }: Reference): boolean {
  return apiGroup === '' && resource === 'pods';
}
