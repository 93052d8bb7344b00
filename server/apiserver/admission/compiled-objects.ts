/** Follows objects that admission acts by (webhook configurations, policies): each is compiled once a state, when it is first needed. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { ParsedObjects } from '../cacher/parsed-objects.ts';

export class CompiledObjects<T> {
  readonly #compile: (object: KubeObject) => T;
  readonly #objects = new Map<string, KubeObject>();
  readonly #compiled = new WeakMap<KubeObject, T>();
  #all: readonly T[] | undefined = [];
  #listener: () => void = () => undefined;

  constructor(objects: ParsedObjects, compile: (object: KubeObject) => T) {
    this.#compile = compile;
    objects.observe({
      all: () => {
        this.#objects.clear();
        this.#change();
      },
      present: (object) => {
        this.#objects.set(nameOf(object), object);
        this.#change();
      },
      gone: (object) => {
        this.#objects.delete(nameOf(object));
        this.#change();
      },
    });
  }

  /** Called with every change. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  /** In the order of their names; the same list for as long as nothing changes. */
  all(): readonly T[] {
    if (this.#all === undefined) {
      const names = [...this.#objects.keys()].sort();
      this.#all = names.map((name) => this.#of(this.#objects.get(name) as KubeObject));
    }
    return this.#all;
  }

  #of(object: KubeObject): T {
    let compiled = this.#compiled.get(object);
    if (compiled === undefined) this.#compiled.set(object, (compiled = this.#compile(object)));
    return compiled;
  }

  #change(): void {
    this.#all = undefined;
    this.#listener();
  }
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? '';
}
