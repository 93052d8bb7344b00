/** A client that watches all objects and resumes from the last resourceVersion it has seen, as an informer does. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Stream } from '../differential/client.ts';
import type { ConfigMap, ObjectState, Sighting } from './history.ts';
import { stateOf } from './history.ts';
import type { Target } from './target.ts';

/** Milliseconds between attempts while the server is away. */
const RETRY = 50;
const GONE = 410;

interface WatchEvent {
  readonly type: Sighting['type'] | 'BOOKMARK' | 'ERROR';
  readonly object: ConfigMap & { readonly code?: number; readonly message?: string };
}

export class Watcher {
  readonly sightings: Sighting[] = [];
  readonly violations: string[] = [];
  resumes = 0;
  /** Lists that a 410 made necessary. */
  relists = 0;
  /** Resolves when the first list is there: nothing written later is missed. */
  readonly started: Promise<void>;
  readonly #onStarted: () => void;
  readonly #target: () => Target;
  readonly #states = new Map<string, ObjectState>();
  #resourceVersion = 0;
  #stream: Stream | undefined;

  /** `target` names the server of the next connection. */
  constructor(target: () => Target) {
    this.#target = target;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.#onStarted = resolve;
  }

  /** The objects as the events have left them. */
  get states(): ReadonlyMap<string, ObjectState> {
    return this.#states;
  }

  /** Everything up to here has been seen. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** Ends when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stream?.close());
    let listed = false;
    while (!signal.aborted) {
      try {
        if (!listed) await this.#list();
        listed = await this.#follow(signal);
        if (!listed) this.relists++;
      } catch {
        await pause(RETRY);
      }
      this.resumes++;
    }
  }

  /** Cuts the connection, as a failing network would. */
  drop(): void {
    this.#stream?.close();
  }

  async #list(): Promise<void> {
    const { resourceVersion, objects } = await this.#target().list();
    this.#states.clear();
    for (const [key, state] of objects) this.#states.set(key, state);
    this.#resourceVersion = resourceVersion;
    this.#onStarted();
  }

  /** Until the connection ends. False if the server no longer has what would come next. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const stream = await this.#target().watch(this.#resourceVersion);
    this.#stream = stream;
    if (signal.aborted) stream.close();
    if (stream.status === GONE) return false;
    if (stream.status !== 200) {
      stream.close();
      throw new Error(`watch: ${stream.status}`);
    }
    for await (const line of stream.lines) {
      const event = parseEvent(line);
      // The last line of a connection that was cut.
      if (event === undefined) break;
      if (event.type === 'ERROR') {
        if (event.object.code === GONE) return false;
        throw new Error(event.object.message);
      }
      this.#see(event.type, event.object);
    }
    return true;
  }

  #see(type: Sighting['type'] | 'BOOKMARK', object: ConfigMap): void {
    const resourceVersion = Number(object.metadata.resourceVersion);
    if (type === 'BOOKMARK') {
      this.#resourceVersion = Math.max(this.#resourceVersion, resourceVersion);
      return;
    }
    const key = object.metadata.name;
    const state = stateOf(object);
    if (resourceVersion <= this.#resourceVersion)
      this.violations.push(`${type} ${key} at ${resourceVersion} after ${this.#resourceVersion} was seen`);
    const exists = this.#states.has(key);
    if (exists === (type === 'ADDED'))
      this.violations.push(`${type} ${key} while it ${exists ? 'exists' : 'is missing'}`);
    if (type === 'DELETED') this.#states.delete(key);
    else this.#states.set(key, state);
    this.#resourceVersion = Math.max(this.#resourceVersion, resourceVersion);
    this.sightings.push({ key, type, count: state.count, resourceVersion });
  }
}

function parseEvent(line: string): WatchEvent | undefined {
  try {
    return JSON.parse(line) as WatchEvent;
  } catch {
    return undefined;
  }
}
