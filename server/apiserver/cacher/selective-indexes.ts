/** Chooses and keeps the equality indexes of one resource: which entries can match a selector at all. */
import type { CacheEntry } from './cache-entry.ts';
import { EqualityIndex, type IndexKey } from './equality-index.ts';
import type { ObjectSelector } from './interface.ts';
import type { CacherLimits } from './limits.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import type { SortedEntries } from './sorted-entries.ts';

interface Requirement {
  /** Names the index: "label app", "field spec.nodeName". */
  readonly index: string;
  readonly keyOf: IndexKey;
  readonly values: readonly string[];
}

/** Scans smaller than this are cheaper than any index. */
const MIN_SCAN = 64;

export class SelectiveIndexes {
  readonly #attributes: ObjectAttributes;
  readonly #limits: Pick<CacherLimits, 'indexes' | 'indexAge'>;
  readonly #indexes = new Map<string, EqualityIndex>();
  /** Entries scanned for want of an index: once scans have cost as much as building it, it is built. */
  #scanned = new Map<string, number>();

  constructor(attributes: ObjectAttributes, limits: Pick<CacherLimits, 'indexes' | 'indexAge'>) {
    this.#attributes = attributes;
    this.#limits = limits;
  }

  get size(): number {
    return this.#indexes.size;
  }

  /**
   * The entries that can match, in key order, where that is less work than a scan of `scan` entries; undefined: scan.
   */
  candidates(selector: ObjectSelector, entries: SortedEntries, scan: number, now: number): CacheEntry[] | undefined {
    if (scan < MIN_SCAN) return undefined;
    let best: { index: EqualityIndex; values: readonly string[]; count: number } | undefined;
    for (const requirement of this.#requirementsOf(selector)) {
      const index = this.#index(requirement, entries, scan, now);
      if (index === undefined) continue;
      let count = 0;
      for (const value of requirement.values) count += index.count(value);
      if (best === undefined || count < best.count) best = { index, values: requirement.values, count };
    }
    // Sorting costs some eight times what looking at an entry in passing costs.
    if (best === undefined || best.count * 8 > scan) return undefined;
    const found: CacheEntry[] = [];
    for (const value of new Set(best.values)) for (const entry of best.index.entries(value)) found.push(entry);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  replace(previous: CacheEntry | undefined, entry: CacheEntry | undefined): void {
    for (const index of this.#indexes.values()) {
      if (previous !== undefined) index.delete(previous);
      if (entry !== undefined) index.add(entry);
    }
  }

  dropUnused(now: number): void {
    for (const [name, { usedAt }] of this.#indexes)
      if (now - usedAt >= this.#limits.indexAge) this.#indexes.delete(name);
  }

  #index(requirement: Requirement, entries: SortedEntries, scan: number, now: number): EqualityIndex | undefined {
    const { index: name, keyOf } = requirement;
    const known = this.#indexes.get(name);
    if (known !== undefined) {
      known.usedAt = now;
      return known;
    }
    const scanned = (this.#scanned.get(name) ?? 0) + scan;
    if (scanned < entries.size) {
      if (this.#scanned.size >= 1024) this.#scanned = new Map();
      this.#scanned.set(name, scanned);
      return undefined;
    }
    this.#scanned.delete(name);
    if (this.#indexes.size >= this.#limits.indexes) this.#dropOldest();
    const view = entries.view();
    const built = new EqualityIndex(keyOf, view.chunks.flat(), now);
    this.#indexes.set(name, built);
    return built;
  }

  #dropOldest(): void {
    let oldest: [string, number] | undefined;
    for (const [name, { usedAt }] of this.#indexes)
      if (oldest === undefined || usedAt < oldest[1]) oldest = [name, usedAt];
    if (oldest !== undefined) this.#indexes.delete(oldest[0]);
  }

  *#requirementsOf(selector: ObjectSelector): Generator<Requirement> {
    const attributes = this.#attributes;
    for (const { field, value } of selector.fieldEquals) {
      if (!attributes.hasField(field)) continue;
      yield { index: `field ${field}`, keyOf: (entry) => attributes.field(entry, field), values: [value] };
    }
    for (const { key, values } of selector.labelEquals) {
      yield { index: `label ${key}`, keyOf: (entry) => attributes.label(entry, key), values };
    }
  }
}
