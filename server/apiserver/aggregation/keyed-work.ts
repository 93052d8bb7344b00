/** Work on named things: one run at a time for each, again when it is asked for, after a while, and sooner where it has failed. */
import type { Clock } from '../../apimachinery/clock/clock.ts';

export interface KeyedWorkOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds until another run after one that went well; undefined: only when asked for. */
  readonly resync: number | undefined;
  /** Milliseconds before another try: the first, doubled each time, and the longest. */
  readonly backoff: readonly [first: number, longest: number];
  /** Runs side by side. */
  readonly workers: number;
  readonly work: (key: string) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

interface Item {
  failures: number;
  isRunning: boolean;
  isWanted: boolean;
  cancel: () => void;
}

export class KeyedWork {
  readonly #options: KeyedWorkOptions;
  readonly #items = new Map<string, Item>();
  readonly #queue = new Set<string>();
  #running = 0;
  #isStarted = false;
  #idle: (() => void) | undefined;

  constructor(options: KeyedWorkOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** What has been asked for until now is done from now on. */
  start(): void {
    this.#isStarted = true;
    this.#next();
  }

  /** Resolves when nothing runs; for after the signal. */
  stopped(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  want(key: string): void {
    let item = this.#items.get(key);
    if (item === undefined) {
      item = { failures: 0, isRunning: false, isWanted: false, cancel: () => undefined };
      this.#items.set(key, item);
    }
    item.cancel();
    if (item.isRunning) {
      item.isWanted = true;
      return;
    }
    this.#queue.add(key);
    this.#next();
  }

  /** No more runs after the one under way. */
  forget(key: string): void {
    this.#items.get(key)?.cancel();
    this.#items.delete(key);
    this.#queue.delete(key);
  }

  #next(): void {
    const { signal, workers } = this.#options;
    for (const key of this.#queue) {
      if (!this.#isStarted || signal.aborted || this.#running >= workers) return;
      this.#queue.delete(key);
      const item = this.#items.get(key);
      if (item !== undefined) void this.#run(key, item);
    }
  }

  async #run(key: string, item: Item): Promise<void> {
    const { signal, work, onTrouble, resync, backoff } = this.#options;
    this.#running++;
    item.isRunning = true;
    item.isWanted = false;
    let pause: number | undefined = resync;
    try {
      await work(key);
      item.failures = 0;
    } catch (error) {
      if (!signal.aborted) onTrouble(error);
      pause = Math.min(backoff[0] * 2 ** item.failures++, backoff[1]);
    }
    item.isRunning = false;
    this.#running--;
    if (this.#running === 0) this.#idle?.();
    if (this.#items.get(key) === item && !signal.aborted) this.#schedule(key, item, pause);
    this.#next();
  }

  #schedule(key: string, item: Item, pause: number | undefined): void {
    if (item.isWanted) this.#queue.add(key);
    else if (pause !== undefined) item.cancel = this.#options.clock.after(pause, () => this.want(key));
    else if (item.failures === 0) this.#items.delete(key);
  }

  #stop(): void {
    for (const item of this.#items.values()) item.cancel();
    this.#queue.clear();
  }
}
