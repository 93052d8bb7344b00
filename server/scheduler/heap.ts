/** A binary heap of keyed items: the least first, any one taken out by its key. */
export class Heap<T> {
  readonly #keyOf: (item: T) => string;
  readonly #less: (a: T, b: T) => boolean;
  readonly #items: T[] = [];
  readonly #places = new Map<string, number>();

  constructor({ keyOf, less }: { readonly keyOf: (item: T) => string; readonly less: (a: T, b: T) => boolean }) {
    this.#keyOf = keyOf;
    this.#less = less;
  }

  get size(): number {
    return this.#items.length;
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#items[place];
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** In the place of the one with its key, if there is one. */
  set(item: T): void {
    this.delete(this.#keyOf(item));
    this.#items.push(item);
    this.#places.set(this.#keyOf(item), this.#items.length - 1);
    this.#up(this.#items.length - 1);
  }

  pop(): T | undefined {
    const [first] = this.#items;
    if (first !== undefined) this.delete(this.#keyOf(first));
    return first;
  }

  delete(key: string): T | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const item = this.#items[place];
    const last = this.#items.pop();
    this.#places.delete(key);
    if (last !== undefined && last !== item) {
      this.#put(place, last);
      this.#up(place);
      this.#down(this.#places.get(this.#keyOf(last)) ?? place);
    }
    return item;
  }

  #put(place: number, item: T): void {
    this.#items[place] = item;
    this.#places.set(this.#keyOf(item), place);
  }

  #up(from: number): void {
    let place = from;
    const item = this.#items[place];
    if (item === undefined) return;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !this.#less(item, parent)) break;
      this.#put(place, parent);
      place = above;
    }
    this.#put(place, item);
  }

  #down(from: number): void {
    let place = from;
    const item = this.#items[place];
    if (item === undefined) return;
    for (;;) {
      let below = place * 2 + 1;
      let child = this.#items[below];
      if (child === undefined) break;
      const other = this.#items[below + 1];
      if (other !== undefined && this.#less(other, child)) {
        below++;
        child = other;
      }
      if (!this.#less(child, item)) break;
      this.#put(place, child);
      place = below;
    }
    this.#put(place, item);
  }
}
