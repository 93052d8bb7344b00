/** Numbers by topology: for each key, by the value that nodes have for it. */
import type { NodeInfo } from '../../interface.ts';

export class TopologyCounts {
  readonly #byKey = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** What comes to nothing is taken out. */
  add({ labels }: NodeInfo, key: string, amount: number): void {
    const value = labels[key];
    if (value === undefined) return;
    let counts = this.#byKey.get(key);
    if (counts === undefined) this.#byKey.set(key, (counts = new Map<string, number>()));
    const count = (counts.get(value) ?? 0) + amount;
    if (count !== 0) counts.set(value, count);
    else counts.delete(value);
    if (counts.size === 0) this.#byKey.delete(key);
  }

  at({ labels }: NodeInfo, key: string): number {
    const value = labels[key];
    return value === undefined ? 0 : (this.#byKey.get(key)?.get(value) ?? 0);
  }

  isAnyAt(node: NodeInfo): boolean {
    for (const key of this.#byKey.keys()) if (this.at(node, key) > 0) return true;
    return false;
  }

  sumAt(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#byKey.keys()) sum += this.at(node, key);
    return sum;
  }

  copy(): TopologyCounts {
    const copied = new TopologyCounts();
    for (const [key, counts] of this.#byKey) copied.#byKey.set(key, new Map(counts));
    return copied;
  }
}
