/** Objects of one resource in memory, by key, namespace and index. Informers write it, everybody reads it; nobody changes what it holds. */
import type { LabelSelector } from '../apimachinery/labels/selector.ts';
import type { ObjectMeta } from '../apimachinery/meta/object.ts';

export interface Stored {
  readonly metadata: ObjectMeta;
}

export type IndexFunction<T> = (object: T) => readonly string[];

export interface Lister<T> {
  get(name: string, namespace?: string): T | undefined;
  /** "namespace/name", or "name" where there is no namespace. */
  byKey(key: string): T | undefined;
  /** Unset: of all namespaces. */
  list(namespace?: string): T[];
  select(selector: LabelSelector, namespace?: string): T[];
  /** @throws TypeError for an index that nobody has added */
  byIndex(index: string, value: string): T[];
  readonly size: number;
}

export function keyOf({ metadata }: Stored): string {
  return joinKey(metadata.name ?? '', metadata.namespace);
}

export function joinKey(name: string, namespace = ''): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

const namespaceIndex = 'namespace';

export class Indexer<T extends Stored> implements Lister<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();

  constructor({ namespaced }: { namespaced: boolean }) {
    if (namespaced) this.addIndexes({ [namespaceIndex]: (object) => [object.metadata.namespace ?? ''] });
  }

  /** One that is there already stays. */
  addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void {
    for (const [name, valuesOf] of Object.entries(indexes)) {
      if (this.#indexes.has(name)) continue;
      const index = new Index(valuesOf);
      for (const [key, object] of this.#objects) index.add(key, object);
      this.#indexes.set(name, index);
    }
  }

  set(key: string, object: T): T | undefined {
    const before = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (before !== undefined) index.remove(key, before);
      index.add(key, object);
    }
    return before;
  }

  delete(key: string): T | undefined {
    const before = this.#objects.get(key);
    if (before === undefined) return undefined;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.remove(key, before);
    return before;
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  get size(): number {
    return this.#objects.size;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(joinKey(name, namespace));
  }

  byKey(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(namespace?: string): T[] {
    if (namespace === undefined || namespace === '') return [...this.#objects.values()];
    return this.byIndex(namespaceIndex, namespace);
  }

  select(selector: LabelSelector, namespace?: string): T[] {
    return this.list(namespace).filter(({ metadata }) => selector.matches(metadata.labels));
  }

  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`there is no index ${name}`);
    return index.at(value);
  }
}

class Index<T> {
  readonly #valuesOf: IndexFunction<T>;
  readonly #byValue = new Map<string, Map<string, T>>();

  constructor(valuesOf: IndexFunction<T>) {
    this.#valuesOf = valuesOf;
  }

  add(key: string, object: T): void {
    for (const value of this.#valuesOf(object)) {
      let entries = this.#byValue.get(value);
      if (entries === undefined) this.#byValue.set(value, (entries = new Map<string, T>()));
      entries.set(key, object);
    }
  }

  remove(key: string, object: T): void {
    for (const value of this.#valuesOf(object)) {
      const entries = this.#byValue.get(value);
      entries?.delete(key);
      if (entries?.size === 0) this.#byValue.delete(value);
    }
  }

  at(value: string): T[] {
    return [...(this.#byValue.get(value)?.values() ?? [])];
  }
}
