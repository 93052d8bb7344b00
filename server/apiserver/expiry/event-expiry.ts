/**
 * Events vanish some time after they were last written (--event-ttl). Nothing is kept per event: a few samples of which revision was
 * the newest when say which events are old enough. Several servers may sweep one store: a delete names the revision it has seen.
 */
import { KeyNotFound, RevisionConflict, Unavailable } from '../../../backends/storage/errors.ts';
import type { Storage } from '../../../backends/storage/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { CachedObject, ResourceCache } from '../cacher/interface.ts';
import { parseCached } from '../cacher/parse-object.ts';

/** Milliseconds between two sweeps, at most; a shorter time to live is looked at ten times in its course. */
export const MAX_SWEEP_INTERVAL_MS = 60_000;
/** Deletes under way at once: as many as share a write of the store. */
export const EXPIRY_BATCH = 100;

export interface EventExpiryParts {
  readonly storage: Storage;
  readonly cache: ResourceCache;
  /** The revision that the cache shows. */
  readonly revision: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Milliseconds. */
  readonly timeToLive: number;
}

interface Sample {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly revision: number;
}

/** Begins to sweep; ends with the signal. */
export function startEventExpiry(parts: EventExpiryParts): void {
  const { clock, random, signal, timeToLive } = parts;
  const interval = Math.min(MAX_SWEEP_INTERVAL_MS, Math.max(1, timeToLive / 10));
  const expiry = new EventExpiry(parts);
  const sweep = async (): Promise<void> => {
    try {
      await expiry.sweep();
    } catch (error) {
      parts.onError(error);
    }
    wait();
  };
  const wait = (): void => {
    if (signal.aborted) return;
    // Servers of one store take turns by chance: what one has deleted the others do not find.
    const cancel = clock.after(interval * (0.75 + random.fraction() / 2), () => {
      signal.removeEventListener('abort', cancel);
      void sweep();
    });
    signal.addEventListener('abort', cancel, { once: true });
  };
  wait();
}

export class EventExpiry {
  readonly #parts: EventExpiryParts;
  readonly #start: Sample;
  /** In order, the first of them as old as events may become. */
  #samples: Sample[];
  /** When events end that were there before this server was; read off them once. */
  readonly #inherited = new WeakMap<CachedObject, number>();

  constructor(parts: EventExpiryParts) {
    this.#parts = parts;
    this.#start = { at: parts.clock.monotonic(), revision: parts.revision() };
    this.#samples = [this.#start];
  }

  async sweep(): Promise<void> {
    const { cache, signal } = this.#parts;
    const old = this.#lastExpired();
    if (cache.size === 0 || signal.aborted) return;
    const listed = await cache.list({});
    const now = this.#parts.clock.now();
    const expired = listed.items.filter(
      (event) => event.revision <= old || (event.revision <= this.#start.revision && this.#endOf(event) <= now),
    );
    for (let at = 0; at < expired.length; at += EXPIRY_BATCH) {
      if (signal.aborted) return;
      await Promise.all(expired.slice(at, at + EXPIRY_BATCH).map((event) => this.#delete(event)));
    }
  }

  /** Takes a sample, and drops those that say nothing any more. What was written up to the answer has had its time. */
  #lastExpired(): number {
    const { clock, revision, timeToLive } = this.#parts;
    const now = clock.monotonic();
    this.#samples.push({ at: now, revision: revision() });
    const first = this.#samples.findLastIndex(({ at }) => at <= now - timeToLive);
    if (first < 0) return 0;
    this.#samples = this.#samples.slice(first);
    return this.#samples[0]?.revision ?? 0;
  }

  /** Of an event from before this server's start: it says itself when it was last seen. */
  #endOf(event: CachedObject): number {
    let end = this.#inherited.get(event);
    if (end === undefined) {
      end = lastSeen(parseCached(this.#parts.cache.resource.layout, event)) + this.#parts.timeToLive;
      this.#inherited.set(event, end);
    }
    return end;
  }

  async #delete({ key, revision }: CachedObject): Promise<void> {
    try {
      await this.#parts.storage.delete(key, revision);
    } catch (error) {
      // Written again, or gone through another server; without a store the next sweep finds it.
      if (error instanceof RevisionConflict || error instanceof KeyNotFound || error instanceof Unavailable) return;
      throw error;
    }
  }
}

function lastSeen(event: KubeObject): number {
  const times = [
    event.metadata.creationTimestamp,
    asText(event.lastTimestamp),
    asText(event.eventTime),
    asText(asObject(event.series).lastObservedTime),
  ].map((time) => Date.parse(time ?? ''));
  return Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
}
