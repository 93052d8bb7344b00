/** DynamicResources: a pod goes where the devices are that its claims have, or can get. */
import type {
  ClaimAllocation,
  DeviceClaim,
  NodeInfo,
  Plugin,
  PodInfo,
  Rejection,
  SchedulerHandle,
} from '../../interface.ts';
import { normalizeScores } from '../normalize-scores.ts';
import { unresolvable } from '../rejections.ts';
import { allocateDevices } from './allocate-devices.ts';

const name = 'DynamicResources';
const cannotAllocate = unresolvable('cannot allocate all claims');
const elsewhere = unresolvable('resourceclaim not available on the node');
/** Most alternatives that a request can have: what the first of them is worth. */
const mostAlternatives = 8;

interface State {
  readonly claims: readonly DeviceClaim[];
  /** What was found on nodes that fit. */
  readonly found: Map<string, readonly ClaimAllocation[]>;
  /** Claims whose devices are out of reach of some node. */
  readonly unavailable: Set<DeviceClaim>;
  readonly pools: ReturnType<SchedulerHandle['devices']['pools']>;
  readonly allocated: ReadonlySet<string>;
}

const claimless: State = { claims: [], found: new Map(), unavailable: new Set(), pools: [], allocated: new Set() };

export function dynamicResources({ devices }: SchedulerHandle): Plugin<State, State> {
  /** By claim: decided, and on their way to the API. */
  const pending = new Map<string, ClaimAllocation>();
  /** Of the pod that was looked at last: cycles do not overlap before they reserve. */
  let current: { readonly uid: string; readonly state: State } | undefined;

  const stateOf = (pod: PodInfo): State | undefined => (current?.uid === pod.uid ? current.state : undefined);

  const rejectionOf = (claim: DeviceClaim, pod: PodInfo): Rejection | undefined => {
    if (claim.isAllocated) {
      const mayHave = claim.takesMoreConsumers || claim.reservedFor.has(pod.uid);
      return mayHave ? undefined : unresolvable('resourceclaim in use');
    }
    if (pending.has(claim.uid)) {
      return unresolvable(`resource claim ${claim.namespace}/${claim.name} is in the process of being allocated`);
    }
    for (const { name: request, alternatives } of claim.requests) {
      for (const { name: own, className } of alternatives) {
        if (devices.deviceClass(className) !== undefined) continue;
        return unresolvable(
          `request ${own === '' ? request : `${request}/${own}`}: device class ${className} does not exist`,
        );
      }
    }
    return undefined;
  };

  const allocate = (state: State, node: NodeInfo): readonly ClaimAllocation[] | undefined =>
    allocateDevices(
      state.claims.filter(({ isAllocated }) => !isAllocated),
      node,
      { devices, pools: state.pools, allocated: state.allocated },
    );

  return {
    name,
    weight: 2,
    wakesOn: [
      'node added',
      'node labels changed',
      'node allocatable changed',
      'resource claim changed',
      'devices changed',
    ],
    preEnqueue(pod) {
      const claims = pod.claims.length === 0 ? [] : devices.claimsOf(pod);
      return typeof claims === 'string' ? unresolvable(claims) : undefined;
    },
    preFilter(pod) {
      current = { uid: pod.uid, state: claimless };
      if (pod.claims.length === 0) return 'skip';
      const claims = devices.claimsOf(pod);
      if (typeof claims === 'string') return unresolvable(claims);
      if (claims.length === 0) return 'skip';
      for (const claim of claims) {
        const rejection = rejectionOf(claim, pod);
        if (rejection !== undefined) return rejection;
      }
      const needsSome = claims.some(({ isAllocated }) => !isAllocated);
      const inFlight = [...pending.values()].flatMap(({ devices: chosen }) => chosen);
      const state: State = {
        claims,
        found: new Map(),
        unavailable: new Set(),
        pools: needsSome ? devices.pools() : [],
        allocated: needsSome
          ? new Set([
              ...devices.allocated(),
              ...inFlight.filter(({ alternative }) => !alternative.adminAccess).map(({ device }) => device.id),
            ])
          : new Set(),
      };
      current = { uid: pod.uid, state };
      return { state };
    },
    filter(_pod, node, state) {
      const outOfReach = state.claims.filter(
        (claim) => claim.isAllocated && claim.availableOn?.matches(node) === false,
      );
      const found = allocate(state, node);
      if (found === undefined) return cannotAllocate;
      for (const claim of outOfReach) state.unavailable.add(claim);
      if (outOfReach.length > 0) return elsewhere;
      state.found.set(node.name, found);
      return undefined;
    },
    async postFilter(pod, { rejectedBefore }) {
      const state = stateOf(pod) ?? claimless;
      const say = (message: string, isFinal = false) => ({ nominatedNode: undefined, victims: [], message, isFinal });
      // Somebody rejected the pod before this plugin was asked: as upstream words it, and where upstream stops.
      if (rejectedBefore !== undefined && rejectedBefore !== name) return say('not found', true);
      if (state.claims.length === 0) return say('no new claims to deallocate');
      for (const claim of state.unavailable) {
        const { size } = claim.reservedFor;
        if (size > 1 || (size === 1 && !claim.reservedFor.has(pod.uid))) continue;
        await devices.deallocate(claim);
        return say('deallocation of ResourceClaim completed');
      }
      return say('still not schedulable');
    },
    preScore(pod) {
      const state = stateOf(pod);
      const hasChoice = state?.claims.some(({ requests }) =>
        requests.some(({ alternatives }) => alternatives.length > 1),
      );
      return state !== undefined && hasChoice === true ? { state } : 'skip';
    },
    score(_pod, node, state) {
      const taken = new Set(state.claims.flatMap((claim) => [...claim.taken]));
      for (const { devices: chosen } of state.found.get(node.name) ?? []) {
        for (const { request } of chosen) taken.add(request);
      }
      let score = 0;
      for (const { requests } of state.claims) {
        for (const { name: request, alternatives } of requests) {
          const place = alternatives.findIndex((each) => each.name !== '' && taken.has(`${request}/${each.name}`));
          if (place >= 0) score += mostAlternatives - place;
        }
      }
      return score;
    },
    normalize: (scores) => normalizeScores(scores),
    reserve(pod, node) {
      const state = stateOf(pod);
      const found = state?.found.get(node.name) ?? [];
      const unallocated = state?.claims.filter(({ isAllocated }) => !isAllocated) ?? [];
      for (const [index, claim] of unallocated.entries()) {
        const allocation = found[index];
        if (allocation === undefined) return cannotAllocate;
        pending.set(claim.uid, allocation);
      }
      return undefined;
    },
    unreserve(pod) {
      const claims = pod.claims.length === 0 ? [] : devices.claimsOf(pod);
      if (typeof claims === 'string') return;
      for (const claim of claims) {
        pending.delete(claim.uid);
        // If it cannot be said now, the controller of claims takes the pod out once it is gone.
        if (claim.reservedFor.has(pod.uid)) void devices.unreserve(claim, pod).catch(() => undefined);
      }
    },
    preBind(pod) {
      if (pod.claims.length === 0) return undefined;
      const claims = devices.claimsOf(pod);
      if (typeof claims === 'string') return Promise.reject(new Error(claims));
      const carryOut = async () => {
        for (const claim of claims) {
          if (claim.reservedFor.has(pod.uid)) continue;
          await devices.reserve(claim, pod, pending.get(claim.uid));
          pending.delete(claim.uid);
        }
      };
      return carryOut();
    },
  };
}
