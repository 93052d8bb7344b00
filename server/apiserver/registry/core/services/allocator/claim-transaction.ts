/**
 * The claims of one write of one service. They are taken at once and given back if the write fails; what the service no
 * longer needs is let go only after the write: a value may be lost for a while, but never belongs to two.
 */
import type { PendingWrite } from '../../../generic/store-hooks.ts';
import type { Claims, Owner } from './claims.ts';

interface Held {
  readonly claims: Claims;
  readonly value: string;
}

export interface TransactionOptions {
  readonly owner: Owner;
  readonly dryRun: boolean;
  /** Told of claims that could not be let go: a repair will. */
  readonly onTrouble: (error: unknown) => void;
}

export class ClaimTransaction implements PendingWrite {
  readonly dryRun: boolean;
  readonly #options: TransactionOptions;
  readonly #taken: Held[] = [];
  readonly #unneeded: Held[] = [];

  constructor(options: TransactionOptions) {
    this.#options = options;
    this.dryRun = options.dryRun;
  }

  /** False: somebody has it. @throws StatusError */
  async take(claims: Claims, value: string): Promise<boolean> {
    const taken = await claims.take(value, this.#options.owner);
    if (taken) this.#taken.push({ claims, value });
    return taken;
  }

  releaseOnCommit(claims: Claims, value: string): void {
    this.#unneeded.push({ claims, value });
  }

  commit(): Promise<void> {
    return this.#release(this.#unneeded);
  }

  revert(): Promise<void> {
    return this.#release(this.#taken);
  }

  async #release(held: readonly Held[]): Promise<void> {
    const { owner, dryRun, onTrouble } = this.#options;
    if (dryRun) return;
    await Promise.all(held.map(({ claims, value }) => claims.release(value, owner).catch(onTrouble)));
  }
}
