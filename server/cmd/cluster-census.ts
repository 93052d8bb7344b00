/** What there is of one resource, counted by a state that each object has: kept up to date by a reflector, without keeping objects. */
import type { Node, Pod } from '../client/api-types.ts';
import type { Stored } from '../client/lister.ts';
import type { ReflectorSink } from '../client/reflector.ts';

export interface CensusParts<T> {
  readonly stateOf: (object: T) => string;
  /** A count is another one now. */
  readonly onChange: () => void;
}

export class Census<T extends Stored> implements ReflectorSink<T> {
  readonly #parts: CensusParts<T>;
  readonly #states = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** The newest that was heard of: it counts the writes of the whole store. */
  resourceVersion = '';

  constructor(parts: CensusParts<T>) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#states.size;
  }

  count(state: string): number {
    return this.#counts.get(state) ?? 0;
  }

  replace(objects: ReadonlyMap<string, T>, resourceVersion: string): void {
    for (const key of [...this.#states.keys()]) if (!objects.has(key)) this.#put(key, undefined);
    for (const [key, object] of objects) this.#put(key, this.#parts.stateOf(object));
    this.progress(resourceVersion);
  }

  set(key: string, object: T, resourceVersion: string): void {
    this.progress(resourceVersion);
    this.#put(key, this.#parts.stateOf(object));
  }

  delete(key: string, _object: T, resourceVersion: string): void {
    this.progress(resourceVersion);
    this.#put(key, undefined);
  }

  progress(resourceVersion: string): void {
    this.resourceVersion = resourceVersion;
  }

  #put(key: string, state: string | undefined): void {
    const before = this.#states.get(key);
    if (before === state) return;
    if (before !== undefined) this.#counts.set(before, this.count(before) - 1);
    if (state === undefined) this.#states.delete(key);
    else {
      this.#states.set(key, state);
      this.#counts.set(state, this.count(state) + 1);
    }
    this.#parts.onChange();
  }
}

export function nodeState({ status }: Node): 'Ready' | 'NotReady' {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? 'Ready' : 'NotReady';
}

/** In the order in which they are told. */
export const podStates = ['Running', 'Pending', 'Succeeded', 'Failed', 'Unknown', 'Terminating'] as const;

export function podState({ metadata, status }: Pod): (typeof podStates)[number] {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return podStates.find((state) => state === status?.phase) ?? 'Pending';
}
