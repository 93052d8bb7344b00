/** Choices that a seed and a name repeat. */
import { createHash } from 'node:crypto';
import { seededRandom } from '../../seeded-random.ts';

export class Chance {
  readonly #next: () => number;

  constructor(...seeds: readonly (string | number)[]) {
    this.#next = seededRandom(createHash('sha256').update(seeds.join('/')).digest().readUInt32LE());
  }

  /** True with this probability. */
  is(probability: number): boolean {
    return this.#next() < probability;
  }

  /** From 0 up to `limit`, without it. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    const sum = items.reduce((total, [weight]) => total + weight, 0);
    let left = this.#next() * sum;
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new Error('nothing to choose from');
  }
}
