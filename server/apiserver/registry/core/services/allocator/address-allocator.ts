/** Cluster IPs: an IPAddress object per address, from the blocks that ServiceCIDRs open. */
import type { Random } from '../../../../../apimachinery/clock/random.ts';
import { StatusError } from '../../../../../apimachinery/errors/status-error.ts';
import { canonicalAddress, familyOf, type IpFamily } from './address-range.ts';
import { AllocationError, rangeIsFull } from './allocation-error.ts';
import type { ClaimTransaction } from './claim-transaction.ts';
import type { Claims } from './claims.ts';
import type { ServiceRanges } from './service-ranges.ts';

export interface AddressAllocatorParts {
  readonly claims: Claims;
  readonly ranges: ServiceRanges;
  /** Of --service-cluster-ip-range; the first is the default. */
  readonly families: readonly IpFamily[];
  readonly random: Random;
}

export class AddressAllocator {
  readonly families: readonly IpFamily[];
  readonly #claims: Claims;
  readonly #ranges: ServiceRanges;
  readonly #random: Random;

  constructor({ claims, ranges, families, random }: AddressAllocatorParts) {
    this.families = families;
    this.#claims = claims;
    this.#ranges = ranges;
    this.#random = random;
  }

  /** @throws AllocationError */
  async take(address: string, family: IpFamily, transaction: ClaimTransaction): Promise<void> {
    if (transaction.dryRun) return this.#wouldTake(address, family);
    const value = canonicalAddress(address) ?? address;
    if ((await this.#ranges.containing(value, { ready: true })) === undefined) throw mismatchedNetwork();
    if (!(await this.#claim(value, transaction))) throw new AllocationError('provided IP is already allocated');
  }

  /** A dry run looks at one block, and not at what is taken. */
  async #wouldTake(address: string, family: IpFamily): Promise<void> {
    const [range] = await this.#ranges.ofFamily(family, { ready: false });
    if (range === undefined) throw notReady();
    if (range.contains(address)) return;
    const detail = `The range of valid IPs is ${range.cidr}`;
    throw new AllocationError(`the provided IP (${address}) is not in the valid range. ${detail}`);
  }

  /** @throws AllocationError */
  async takeNext(family: IpFamily, transaction: ClaimTransaction): Promise<string> {
    const ranges = await this.#ranges.ofFamily(family, { ready: true });
    const [first] = ranges;
    if (transaction.dryRun) {
      if (first === undefined) throw notReady();
      return first.network;
    }
    for (const range of ranges) {
      for (const address of range.candidates(this.#random)) {
        if (this.#claims.isTaken(address)) continue;
        // Another write may have been faster: on to the next.
        if (await this.#claim(address, transaction)) return address;
      }
    }
    throw rangeIsFull();
  }

  releaseOnCommit(address: string, transaction: ClaimTransaction): void {
    const family = familyOf(address);
    // Of a family that the cluster no longer has, nothing is known any more.
    if (family === undefined || !this.families.includes(family)) return;
    transaction.releaseOnCommit(this.#claims, canonicalAddress(address) ?? address);
  }

  async #claim(address: string, transaction: ClaimTransaction): Promise<boolean> {
    try {
      return await transaction.take(this.#claims, address);
    } catch (error) {
      // A service whose name no parentRef can have.
      if (error instanceof StatusError && error.status.code === 422) throw new AllocationError(error.message);
      throw error;
    }
  }
}

function mismatchedNetwork(): AllocationError {
  return new AllocationError('the provided network does not match the current range');
}

function notReady(): AllocationError {
  return new AllocationError('allocator not ready');
}
