/** Entries by the value of one label or field; built when a selective list asks, kept up to date, dropped when unused. */
import type { CacheEntry } from './cache-entry.ts';

/** The value an entry is found under; undefined: it is not in the index. */
export type IndexKey = (entry: CacheEntry) => string | undefined;

export class EqualityIndex {
  readonly #keyOf: IndexKey;
  /** A lone entry stands for itself: unique values (pod names, addresses) would otherwise each cost a set. */
  readonly #byValue = new Map<string, CacheEntry | Set<CacheEntry>>();
  usedAt: number;

  constructor(keyOf: IndexKey, entries: Iterable<CacheEntry>, now: number) {
    this.#keyOf = keyOf;
    this.usedAt = now;
    for (const entry of entries) this.add(entry);
  }

  count(value: string): number {
    const found = this.#byValue.get(value);
    return found === undefined ? 0 : found instanceof Set ? found.size : 1;
  }

  entries(value: string): Iterable<CacheEntry> {
    const found = this.#byValue.get(value);
    return found === undefined ? [] : found instanceof Set ? found : [found];
  }

  add(entry: CacheEntry): void {
    const value = this.#keyOf(entry);
    if (value === undefined) return;
    const found = this.#byValue.get(value);
    if (found === undefined) this.#byValue.set(value, entry);
    else if (found instanceof Set) found.add(entry);
    else this.#byValue.set(value, new Set([found, entry]));
  }

  delete(entry: CacheEntry): void {
    const value = this.#keyOf(entry);
    if (value === undefined) return;
    const found = this.#byValue.get(value);
    if (found === entry) this.#byValue.delete(value);
    else if (found instanceof Set && found.delete(entry) && found.size === 0) this.#byValue.delete(value);
  }
}
