/** Gathers what callbacks bring, and lets a check wait for it. */
import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';

/** Milliseconds to wait for something that has to come. */
const PATIENCE = 20_000;

export class Collector<Item> {
  readonly items: Item[] = [];
  readonly #arrivals = new EventEmitter();

  readonly push = (item: Item): void => {
    this.items.push(item);
    this.#arrivals.emit('item');
  };

  /** Resolves once `enough` holds for what has come so far. */
  async waitUntil(enough: (items: readonly Item[]) => boolean): Promise<readonly Item[]> {
    const signal = AbortSignal.timeout(PATIENCE);
    while (!enough(this.items)) {
      await once(this.#arrivals, 'item', { signal }).catch(() =>
        assert.fail(`gave up waiting after ${JSON.stringify(this.items)}`),
      );
    }
    return this.items;
  }

  waitFor(count: number): Promise<readonly Item[]> {
    return this.waitUntil((items) => items.length >= count);
  }
}
