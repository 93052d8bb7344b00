/**
 * Keys that no served resource covers: objects of custom resources whose definition has not been seen yet. They are kept
 * as stored, with their recent events, so that a resource added later starts with its objects and their history.
 */
import type { KeyValue, StorageEvent } from '../../../backends/storage/interface.ts';
import type { CacherLimits } from './limits.ts';

export interface ClaimedKeys {
  /** In no particular order, as of `revision`. */
  readonly values: KeyValue[];
  readonly revision: number;
  /** What came after. */
  readonly events: StorageEvent[];
}

export class UnclaimedKeys {
  readonly #limits: Pick<CacherLimits, 'unclaimedEvents' | 'unclaimedBytes'>;
  /** As of `#revision`, by the first two segments after the root and then by key. */
  readonly #buckets = new Map<string, Map<string, KeyValue>>();
  #events: StorageEvent[] = [];
  #eventBytes = 0;
  #revision: number;

  constructor(revision: number, limits: Pick<CacherLimits, 'unclaimedEvents' | 'unclaimedBytes'>) {
    this.#revision = revision;
    this.#limits = limits;
  }

  get size(): number {
    let size = 0;
    for (const bucket of this.#buckets.values()) size += bucket.size;
    return size;
  }

  load(item: KeyValue): void {
    this.#put(own(item));
  }

  /** What was loaded shows this revision. */
  loaded(revision: number): void {
    this.#revision = revision;
  }

  apply(event: StorageEvent): void {
    this.#events.push(own(event));
    this.#eventBytes += event.value.length;
    if (this.#events.length <= this.#limits.unclaimedEvents && this.#eventBytes <= this.#limits.unclaimedBytes) return;
    // Half at a time, so that the cost of moving the rest is shared by many.
    for (const old of this.#events.splice(0, Math.ceil(this.#events.length / 2))) this.#fold(old);
  }

  /** Keys that are claimed no more, as of `revision`: history from before is forgotten, so that none of it can be taken for whole. */
  takeBack(values: Iterable<KeyValue>, revision: number): void {
    for (const event of this.#events) this.#fold(event);
    this.#events = [];
    this.#revision = Math.max(this.#revision, revision);
    for (const value of values) this.#put(value);
  }

  /** Hands over all keys with a prefix. */
  claim(prefix: string): ClaimedKeys {
    const values: KeyValue[] = [];
    for (const [name, bucket] of this.#buckets) {
      if (!name.startsWith(prefix) && !prefix.startsWith(name)) continue;
      for (const value of bucket.values()) {
        if (!value.key.startsWith(prefix)) continue;
        values.push(value);
        bucket.delete(value.key);
      }
      if (bucket.size === 0) this.#buckets.delete(name);
    }
    const events = this.#events.filter(({ key }) => key.startsWith(prefix));
    if (events.length > 0) this.#events = this.#events.filter(({ key }) => !key.startsWith(prefix));
    for (const event of events) this.#eventBytes -= event.value.length;
    return { values, revision: this.#revision, events };
  }

  #fold(event: StorageEvent): void {
    this.#eventBytes -= event.value.length;
    this.#revision = event.revision;
    if (event.type === 'put') this.#put({ key: event.key, value: event.value, revision: event.revision });
    else this.#delete(event.key);
  }

  #put(item: KeyValue): void {
    const name = bucketOf(item.key);
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) this.#buckets.set(name, new Map([[item.key, item]]));
    else bucket.set(item.key, item);
  }

  #delete(key: string): void {
    const name = bucketOf(key);
    const bucket = this.#buckets.get(name);
    if (bucket?.delete(key) === true && bucket.size === 0) this.#buckets.delete(name);
  }
}

/** The value in a buffer of its own: it may be a slice of a page of thousands. */
function own<T extends { readonly value: Uint8Array }>(item: T): T {
  return { ...item, value: new Uint8Array(item.value) };
}

/** "/registry/example.com/widgets/" of "/registry/example.com/widgets/default/a". */
function bucketOf(key: string): string {
  let end = 0;
  for (let segments = 0; segments < 3; segments++) {
    const slash = key.indexOf('/', end + 1);
    if (slash < 0) break;
    end = slash;
  }
  return key.slice(0, end + 1);
}
