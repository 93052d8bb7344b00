/** When a claim's devices drive its pods away: taints of devices, and what the claim tolerates. Pure. */
import type { Pod, ResourceClaim, ResourceSlice } from '../../client/api-types.ts';
import { claimNameOf, isOwnedBy, isReservedFor } from '../resource-claim/claims-of-pod.ts';
import { tolerates } from './tolerations.ts';

type Device = NonNullable<ResourceSlice['spec']['devices']>[number];
type DeviceTaint = NonNullable<Device['taints']>[number];
type Result = NonNullable<
  NonNullable<NonNullable<NonNullable<ResourceClaim['status']>['allocation']>['devices']>['results']
>[number];

const drivesAway = 'NoExecute';

/** "driver/pool", by which slices belong together. */
export function poolOf({ driver, pool }: { readonly driver: string; readonly pool: string }): string {
  return `${driver}/${pool}`;
}

export function poolOfSlice({ spec }: ResourceSlice): string {
  return poolOf({ driver: spec.driver, pool: spec.pool.name });
}

export function poolsOfClaim({ status }: ResourceClaim): string[] {
  return (status?.allocation?.devices?.results ?? []).map(poolOf);
}

/** Slices of an older generation say nothing any more. */
function deviceIn(slices: readonly ResourceSlice[], name: string): Device | undefined {
  const newest = Math.max(...slices.map(({ spec }) => spec.pool.generation));
  const current = slices.filter(({ spec }) => spec.pool.generation === newest);
  return current.flatMap(({ spec }) => spec.devices ?? []).find((device) => device.name === name);
}

/** Milliseconds since the epoch from which nobody may use the claim; Infinity: all may. */
export function endOfClaim(
  { status }: ResourceClaim,
  { slicesOf, now }: { readonly slicesOf: (pool: string) => readonly ResourceSlice[]; readonly now: number },
): number {
  const ends = (status?.allocation?.devices?.results ?? []).flatMap((result) => {
    const { taints = [] } = deviceIn(slicesOf(poolOf(result)), result.device) ?? {};
    return taints.filter(({ effect }) => effect === drivesAway).map((taint) => endOf(taint, result, now));
  });
  return Math.min(Infinity, ...ends);
}

function endOf(taint: DeviceTaint, { tolerations = [] }: Result, now: number): number {
  const since = taint.timeAdded === undefined ? now : Date.parse(taint.timeAdded);
  // Of all effects at once is not enough to stay.
  const found = tolerations.filter((each) => each.effect === drivesAway && tolerates(each, taint));
  if (found.length === 0) return since;
  if (found.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) return Infinity;
  return since + 1000 * Math.min(...found.map(({ tolerationSeconds = 0 }) => Math.max(0, tolerationSeconds)));
}

/** The claims that the pod uses, as far as they are there and are its own to use. */
export function usedClaims(pod: Pod, claimOf: (name: string) => ResourceClaim | undefined): ResourceClaim[] {
  return (pod.spec?.resourceClaims ?? []).flatMap((podClaim) => {
    const claim = claimOf(claimNameOf(pod, podClaim) ?? '');
    if (claim === undefined || !isReservedFor(claim, pod)) return [];
    return podClaim.resourceClaimTemplateName === undefined || isOwnedBy(claim, pod) ? [claim] : [];
  });
}
