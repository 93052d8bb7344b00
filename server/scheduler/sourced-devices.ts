/** Devices and claims as plugins see them, and what is written of claims when a pod goes where its devices are. */
import type {
  ClaimAllocation,
  DeviceClaim,
  DeviceClass,
  DevicePool,
  Devices,
  PodInfo,
} from '../../backends/scheduler/interface.ts';
import type { ResourceClaim } from '../client/api-types.ts';
import type { ObjectSource } from '../client/object-source.ts';
import * as types from '../client/resource-types.ts';
import { compiledDeviceClaim, compiledDeviceClass, compiledPools, devicesOf } from './compile/device-objects.ts';
import { once } from './compile/once.ts';

/** What is written, so that it is known of when the promise resolves. */
export interface ClaimWrites {
  reserve(claim: DeviceClaim, pod: PodInfo, chosen: ClaimAllocation | undefined): Promise<void>;
  unreserve(claim: DeviceClaim, pod: PodInfo): Promise<void>;
  deallocate(claim: DeviceClaim): Promise<void>;
}

const claimOf = once(compiledDeviceClaim);
const classOf = once(compiledDeviceClass);

export class SourcedDevices implements Devices {
  readonly #source: ObjectSource;
  readonly #writes: ClaimWrites;
  /** Of slices that have not changed the pools are the same. */
  #pools: { readonly of: readonly object[]; readonly pools: readonly DevicePool[] } = { of: [], pools: [] };

  constructor({ source, writes }: { readonly source: ObjectSource; readonly writes: ClaimWrites }) {
    this.#source = source;
    this.#writes = writes;
  }

  claimsOf(pod: PodInfo): readonly DeviceClaim[] | string {
    const found: DeviceClaim[] = [];
    for (const { claim: claimName, isGenerated, isNeeded } of pod.claims) {
      if (claimName === undefined) {
        if (isNeeded) return `pod "${pod.namespace}/${pod.name}": ResourceClaim not created yet`;
        continue;
      }
      const claim = this.#source.get(types.resourceClaims, claimName, pod.namespace);
      if (claim === undefined) return `resourceclaim ${JSON.stringify(claimName)} not found`;
      if (claim.metadata.deletionTimestamp !== undefined)
        return `resourceclaim ${JSON.stringify(claimName)} is being deleted`;
      if (isGenerated && !isOwnedBy(claim, pod)) {
        return `ResourceClaim ${pod.namespace}/${claimName} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`;
      }
      found.push(claimOf(claim));
    }
    return found;
  }

  *allocated(): Iterable<string> {
    for (const claim of this.#source.list(types.resourceClaims)) yield* devicesOf(claim);
  }

  deviceClass(name: string): DeviceClass | undefined {
    const found = this.#source.get(types.deviceClasses, name);
    return found === undefined ? undefined : classOf(found);
  }

  pools(): readonly DevicePool[] {
    const slices = this.#source.list(types.resourceSlices);
    const { of } = this.#pools;
    const isSame = of.length === slices.length && slices.every((slice, index) => slice === of[index]);
    if (!isSame) this.#pools = { of: slices, pools: compiledPools(slices) };
    return this.#pools.pools;
  }

  reserve(claim: DeviceClaim, pod: PodInfo, chosen: ClaimAllocation | undefined): Promise<void> {
    return this.#writes.reserve(claim, pod, chosen);
  }

  unreserve(claim: DeviceClaim, pod: PodInfo): Promise<void> {
    return this.#writes.unreserve(claim, pod);
  }

  deallocate(claim: DeviceClaim): Promise<void> {
    return this.#writes.deallocate(claim);
  }
}

function isOwnedBy({ metadata }: ResourceClaim, pod: PodInfo): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => uid === pod.uid && controller === true) === true;
}
