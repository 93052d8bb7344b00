/** Hands events to the watches whose prefix they match. */
import type { StorageEvent, WatchSink } from '../interface.ts';

const NO_EVENTS: readonly StorageEvent[] = [];

export interface Watch {
  readonly prefix: string;
  readonly sink: WatchSink;
  /** What comes in while the watch is still being served from history; undefined once it is level with the others. */
  pending: Delivery[] | undefined;
  over: boolean;
}

export interface Delivery {
  readonly events: readonly StorageEvent[];
  readonly upTo: number;
}

export class WatchHub {
  readonly #watches = new Set<Watch>();
  /** By prefix; a prefix that ends at a `/` is found from the key, the few others are tried one by one. */
  readonly #atSlash = new Map<string, Set<Watch>>();
  readonly #elsewhere = new Set<Watch>();

  get size(): number {
    return this.#watches.size;
  }

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (watch.prefix.endsWith('/')) {
      const samePrefix = this.#atSlash.get(watch.prefix);
      if (samePrefix === undefined) {
        this.#atSlash.set(watch.prefix, new Set([watch]));
      } else {
        samePrefix.add(watch);
      }
    } else {
      this.#elsewhere.add(watch);
    }
  }

  remove(watch: Watch): void {
    watch.over = true;
    this.#watches.delete(watch);
    this.#elsewhere.delete(watch);
    const samePrefix = this.#atSlash.get(watch.prefix);
    samePrefix?.delete(watch);
    if (samePrefix?.size === 0) {
      this.#atSlash.delete(watch.prefix);
    }
  }

  /** Every watch hears of `upTo`, also those that none of the events is for. */
  dispatch(events: readonly StorageEvent[], upTo: number): void {
    const matched = new Map<Watch, StorageEvent[]>();
    for (const event of events) {
      for (const watch of this.#elsewhere) {
        if (event.key.startsWith(watch.prefix)) {
          push(matched, watch, event);
        }
      }
      for (let slash = event.key.indexOf('/'); slash !== -1; slash = event.key.indexOf('/', slash + 1)) {
        const watches = this.#atSlash.get(event.key.slice(0, slash + 1));
        if (watches !== undefined) {
          for (const watch of watches) {
            push(matched, watch, event);
          }
        }
      }
    }
    // A sink may add or end watches while it is called.
    for (const watch of [...this.#watches]) {
      const delivery = { events: matched.get(watch) ?? NO_EVENTS, upTo };
      if (watch.pending === undefined) {
        this.deliver(watch, delivery);
      } else {
        watch.pending.push(delivery);
      }
    }
  }

  /** A sink that throws loses its watch, and takes nobody with it. */
  deliver(watch: Watch, { events, upTo }: Delivery): void {
    if (watch.over) {
      return;
    }
    try {
      watch.sink.events(events, upTo);
    } catch (error) {
      this.fail(watch, error instanceof Error ? error : new Error(String(error)));
    }
  }

  fail(watch: Watch, error: Error): void {
    if (watch.over) {
      return;
    }
    this.remove(watch);
    try {
      watch.sink.error(error);
    } catch {
      // The watch is over either way, and there is nobody else to tell.
    }
  }

  failAll(error: Error): void {
    for (const watch of [...this.#watches]) {
      this.fail(watch, error);
    }
  }
}

function push(matched: Map<Watch, StorageEvent[]>, watch: Watch, event: StorageEvent): void {
  const events = matched.get(watch);
  if (events === undefined) {
    matched.set(watch, [event]);
  } else {
    events.push(event);
  }
}
