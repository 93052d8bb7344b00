/** Node ports: one claim per port number, whatever its protocols. */
import type { Random } from '../../../../../apimachinery/clock/random.ts';
import { AllocationError, rangeIsFull } from './allocation-error.ts';
import type { ClaimTransaction } from './claim-transaction.ts';
import type { Claims } from './claims.ts';
import type { PortRange } from './port-range.ts';

/** What a dry run shows for the first port that would be chosen, as upstream; further ones follow. */
const firstDryRunPort = 32_769;

export interface PortAllocatorParts {
  readonly claims: Claims;
  readonly range: PortRange;
  readonly random: Random;
}

export class PortAllocator {
  readonly #claims: Claims;
  readonly #range: PortRange;
  readonly #random: Random;

  constructor({ claims, range, random }: PortAllocatorParts) {
    this.#claims = claims;
    this.#range = range;
    this.#random = random;
  }

  begin(transaction: ClaimTransaction): PortAllocation {
    return new PortAllocation({ claims: this.#claims, range: this.#range, random: this.#random }, transaction);
  }

  async release(ports: readonly number[], transaction: ClaimTransaction): Promise<void> {
    for (const port of ports) transaction.releaseOnCommit(this.#claims, String(port));
    await transaction.commit();
  }
}

/** The ports of one write. */
export class PortAllocation {
  readonly #parts: PortAllocatorParts;
  readonly #transaction: ClaimTransaction;
  /** Ports that a dry run has handed out. */
  readonly #shown: number[] = [];

  constructor(parts: PortAllocatorParts, transaction: ClaimTransaction) {
    this.#parts = parts;
    this.#transaction = transaction;
  }

  /** @throws AllocationError */
  async take(port: number): Promise<void> {
    const { claims, range } = this.#parts;
    if (this.#transaction.dryRun) {
      // A dry run does not look at the range.
      if (claims.isTaken(String(port)) || this.#shown.includes(port)) throw alreadyAllocated();
      this.#shown.push(port);
      return;
    }
    if (!range.contains(port)) {
      throw new AllocationError(
        `provided port is not in the valid range. The range of valid ports is ${range.toString()}`,
      );
    }
    if (!(await this.#transaction.take(claims, String(port)))) throw alreadyAllocated();
  }

  /** @throws AllocationError */
  async takeNext(): Promise<number> {
    const { claims, range, random } = this.#parts;
    if (this.#transaction.dryRun) {
      const port = this.#shown.length === 0 ? firstDryRunPort : Math.max(...this.#shown) + 1;
      this.#shown.push(port);
      return port;
    }
    for (const port of range.candidates(random)) {
      if (claims.isTaken(String(port))) continue;
      // Another write may have been faster: on to the next.
      if (await this.#transaction.take(claims, String(port))) return port;
    }
    throw rangeIsFull();
  }

  releaseOnCommit(port: number): void {
    this.#transaction.releaseOnCommit(this.#parts.claims, String(port));
  }
}

function alreadyAllocated(): AllocationError {
  return new AllocationError('provided port is already allocated');
}
