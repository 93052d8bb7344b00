/** Randomness as a dependency; see clock.ts. */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  uuid(): string;
  bytes(count: number): Uint8Array;
  /** In [0, 1). */
  fraction(): number;
}

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
  fraction: () => Math.random(),
};
