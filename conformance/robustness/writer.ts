/** A client that writes its own few objects in turn, and never goes on before it knows what became of a write. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ConfigMap, ObjectState, Operation, Write } from './history.ts';
import { stateOf } from './history.ts';
import type { Target } from './target.ts';

/** Objects of one writer. */
const KEYS = 8;
/** An object is deleted after so many writes, then made again. */
const LIFE = 6;
/** Milliseconds between attempts while the server is away. */
const RETRY = 50;

export interface WriterOptions {
  readonly name: string;
  /** The server that the writer uses now; another one after each call, if there are several. */
  readonly target: () => Target;
  /** Resolves when the next write is due. */
  readonly pace?: () => Promise<void>;
  readonly onAcknowledged?: () => void;
}

export class Writer {
  readonly writes: Write[] = [];
  readonly violations: string[] = [];
  acknowledged = 0;
  /** Writes whose answer was lost. */
  uncertain = 0;
  readonly #options: WriterOptions;
  readonly #states = new Map<string, ObjectState>();
  /** Goes on counting over the lives of an object. */
  readonly #counts = new Map<string, number>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let turn = 0; !signal.aborted; turn++) {
      await this.#options.pace?.();
      await this.#writeNext(`${this.#options.name}-${turn % KEYS}`);
    }
  }

  /** What the objects of this writer have to be in the end. */
  get states(): ReadonlyMap<string, ObjectState> {
    return this.#states;
  }

  async #writeNext(key: string): Promise<void> {
    const state = this.#states.get(key);
    const last = this.#counts.get(key) ?? 0;
    const operation: Operation = state === undefined ? 'create' : last % LIFE === 0 ? 'delete' : 'update';
    // A deletion shows the last value: it does not count, the creation after it does.
    const count = operation === 'delete' ? last : last + 1;
    const answer = await this.#options
      .target()
      .write(operation, key, count, state)
      .catch(() => undefined);
    if (answer !== undefined && answer.status >= 200 && answer.status < 300) {
      this.acknowledged++;
      this.#options.onAcknowledged?.();
      const written = operation === 'delete' ? undefined : stateOf(JSON.parse(answer.body.toString()) as ConfigMap);
      this.#happened(key, operation, count, written);
    } else if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
      // Nobody else writes this object, so nothing can be in the way of a write that was not done.
      this.violations.push(`${operation} ${key} to ${count}: ${answer.status} ${answer.body.toString()}`);
      await this.#resolve(key, operation, count);
    } else {
      this.uncertain++;
      await this.#resolve(key, operation, count);
    }
  }

  /** Finds out whether a write without an answer was done; anything but its before and after is a violation. */
  async #resolve(key: string, operation: Operation, count: number): Promise<void> {
    const before = this.#states.get(key);
    const now = await this.#read(key);
    if (now?.resourceVersion === before?.resourceVersion && now?.count === before?.count) return;
    const done = operation === 'delete' ? now === undefined : now?.count === count;
    if (!done) {
      const shown = `${JSON.stringify(before)} before, then an uncertain ${operation} to ${count}, then ${JSON.stringify(now)}`;
      this.violations.push(`${key}: ${shown}`);
    }
    this.#happened(key, operation, count, now);
  }

  async #read(key: string): Promise<ObjectState | undefined> {
    for (;;) {
      try {
        return await this.#options.target().read(key);
      } catch {
        await pause(RETRY);
      }
    }
  }

  #happened(key: string, operation: Operation, count: number, now: ObjectState | undefined): void {
    const before = this.#states.get(key);
    if (now !== undefined && before !== undefined && now.resourceVersion <= before.resourceVersion)
      this.violations.push(`${key}: resourceVersion ${now.resourceVersion} after ${before.resourceVersion}`);
    if (now === undefined) this.#states.delete(key);
    else this.#states.set(key, now);
    // Created anew after a deletion: the next life.
    this.#counts.set(key, operation === 'delete' ? count + 1 : count);
    this.writes.push({ key, operation, count, resourceVersion: now?.resourceVersion });
  }
}
