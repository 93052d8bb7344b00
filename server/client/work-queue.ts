/**
 * Keys that wait to be worked on. A key is in it once, however often it is added; one that is added while it is worked on comes
 * again when that is done, so that no two workers ever have the same key and no change is missed.
 */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { controllerLimiter, type RateLimiter } from './rate-limiter.ts';

export interface WorkQueueOptions<K> {
  /** Under which metrics know it. */
  readonly name: string;
  readonly clock: Clock;
  /** Default: upstream's for controllers. */
  readonly rateLimiter?: RateLimiter<K>;
  readonly metrics?: WorkQueueMetrics | undefined;
}

/** Told what happens in a queue; times in seconds. */
export interface WorkQueueMetrics {
  track(name: string, queue: { readonly length: number }): void;
  added(name: string): void;
  retried(name: string): void;
  taken(name: string, waited: number): void;
  done(name: string, worked: number): void;
}

export class WorkQueue<K = string> {
  readonly name: string;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter<K>;
  readonly #metrics: WorkQueueMetrics | undefined;
  /** In order; a subset of the dirty ones. Values: when they were added. */
  readonly #queue = new Map<K, number>();
  /** To be worked on, queued or not. */
  readonly #dirty = new Set<K>();
  readonly #processing = new Map<K, number>();
  /** The earliest time of each key that waits, with its timer's cancellation. */
  readonly #delayed = new Map<K, { readonly due: number; readonly cancel: () => void }>();
  readonly #takers: Array<(key: K | undefined) => void> = [];
  #isShutDown = false;

  constructor({ name, clock, rateLimiter, metrics }: WorkQueueOptions<K>) {
    this.name = name;
    this.#clock = clock;
    this.#limiter = rateLimiter ?? controllerLimiter<K>(clock);
    this.#metrics = metrics;
    metrics?.track(name, this);
  }

  get length(): number {
    return this.#queue.size;
  }

  add(key: K): void {
    if (this.#isShutDown || this.#dirty.has(key)) return;
    this.#metrics?.added(this.name);
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  /** The earliest of several counts. */
  addAfter(key: K, milliseconds: number): void {
    if (this.#isShutDown) return;
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const due = this.#clock.monotonic() + milliseconds;
    const waiting = this.#delayed.get(key);
    if (waiting !== undefined && waiting.due <= due) return;
    waiting?.cancel();
    const cancel = this.#clock.after(milliseconds, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, cancel });
  }

  addRateLimited(key: K): void {
    this.#metrics?.retried(this.name);
    this.addAfter(key, this.#limiter.when(key));
  }

  forget(key: K): void {
    this.#limiter.forget(key);
  }

  retries(key: K): number {
    return this.#limiter.retries(key);
  }

  /** Waits for a key; undefined: the queue is shut down and empty. Each key taken must be given to done(). */
  take(): Promise<K | undefined> {
    const [first] = this.#queue;
    if (first !== undefined) {
      const [key, since] = first;
      this.#queue.delete(key);
      this.#start(key, since);
      return Promise.resolve(key);
    }
    if (this.#isShutDown) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: K): void {
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#metrics?.done(this.name, (this.#clock.monotonic() - since) / 1000);
    if (this.#dirty.has(key)) this.#enqueue(key);
  }

  /** Nothing more is taken in; what is queued can still be taken. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
  }

  #enqueue(key: K): void {
    const taker = this.#takers.shift();
    const now = this.#clock.monotonic();
    if (taker === undefined) {
      this.#queue.set(key, now);
      return;
    }
    this.#start(key, now);
    taker(key);
  }

  #start(key: K, since: number): void {
    const now = this.#clock.monotonic();
    this.#dirty.delete(key);
    this.#processing.set(key, now);
    this.#metrics?.taken(this.name, (now - since) / 1000);
  }
}
