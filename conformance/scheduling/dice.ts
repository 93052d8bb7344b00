/** Choices made by chance, that a seed repeats. */
export class Dice {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  chance(of: number): boolean {
    return this.#random() < of;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** From least to most, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  some<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: this.between(least, most) }, make);
  }

  /** Different ones. */
  few<T>(from: readonly T[], least: number, most: number): T[] {
    const left = [...from];
    const taken: T[] = [];
    for (let wanted = Math.min(this.between(least, most), left.length); wanted > 0; wanted--) {
      taken.push(...left.splice(Math.floor(this.#random() * left.length), 1));
    }
    return taken;
  }

  /** Nothing, or what is made. */
  maybe<T extends object>(chance: number, make: () => T): T | Record<string, never> {
    return this.chance(chance) ? make() : {};
  }
}
