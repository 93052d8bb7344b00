/** Keeps a sink equal to what the server holds: WatchList where it is served, else list and watch; over and over until aborted. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import { StatusError } from '../apimachinery/errors/status-error.ts';
import { Backoff, pause } from './backoff.ts';
import { reasonOf } from './client.ts';
import * as limits from './limits.ts';
import { keyOf, type Stored } from './lister.ts';
import type { ResourceClient, SelectOptions } from './resource-client.ts';
import type { WatchEvent } from './watch-events.ts';

export interface ReflectorSink<T> {
  /** All begins anew with these. */
  replace(objects: ReadonlyMap<string, T>, resourceVersion: string): void;
  set(key: string, object: T, resourceVersion: string): void;
  /** As it last was. */
  delete(key: string, object: T, resourceVersion: string): void;
  /** Nothing else has happened up to here. */
  progress(resourceVersion: string): void;
}

export interface ReflectorOptions<T extends Stored> {
  readonly resource: ResourceClient<T>;
  readonly select: Omit<SelectOptions, 'signal'>;
  readonly metadataOnly: boolean;
  readonly sink: ReflectorSink<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/** Resolves once aborted; never rejects. */
export async function runReflector<T extends Stored>(options: ReflectorOptions<T>): Promise<void> {
  await new Reflector(options).run();
}

class Reflector<T extends Stored> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  /** Undefined: what is there must be read anew. */
  #resourceVersion: string | undefined;
  #hasWatchList = true;
  /** How often in a row nobody served the resource, since it was there; undefined: it never was. */
  #absent: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    const { random } = options;
    this.#backoff = new Backoff({
      first: limits.REFLECTOR_BACKOFF_MS,
      most: limits.REFLECTOR_MAX_BACKOFF_MS,
      jitter: 1,
      random,
    });
  }

  async run(): Promise<void> {
    const { clock, signal, onError, resource } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion !== undefined) await this.#watch(this.#resourceVersion);
        else if (this.#hasWatchList) await this.#watchList();
        else await this.#list();
      } catch (error) {
        if (signal.aborted) return;
        if (isGone(error) && this.#resourceVersion !== undefined) {
          // History is gone, or the server has lost some of it: nothing to report, all is read anew.
          this.#resourceVersion = undefined;
          continue;
        }
        if (this.#hasWatchList && this.#resourceVersion === undefined && isNotServed(error)) {
          this.#hasWatchList = false;
          continue;
        }
        if (!this.#mayHaveGone(error)) onError(error, `watch of ${resource.type.resource}`);
        await pause(clock, this.#backoff.next(), signal);
      }
    }
  }

  /** Whoever follows it may not have heard of that yet, and end this soon. */
  #mayHaveGone(error: unknown): boolean {
    if (this.#absent === undefined || !(error instanceof StatusError) || error.status.code !== 404) return false;
    return ++this.#absent <= limits.WATCHES_OF_NOTHING;
  }

  async #watchList(): Promise<void> {
    const events = await this.#open({ sendInitialEvents: true });
    const objects = new Map<string, T>();
    for await (const { type, object } of events) {
      const { resourceVersion = '', annotations } = object.metadata;
      if (this.#resourceVersion !== undefined) this.#take({ type, object });
      else if (type === 'ADDED' || type === 'MODIFIED') objects.set(keyOf(object), object);
      else if (type === 'DELETED') objects.delete(keyOf(object));
      else if (annotations?.[initialEventsEnd] === 'true') this.#replace(objects, resourceVersion);
    }
  }

  async #list(): Promise<void> {
    const { resource, select, metadataOnly, signal } = this.#options;
    const objects = new Map<string, T>();
    let next: string | undefined;
    let resourceVersion: string;
    do {
      const page = await resource.list({
        ...select,
        metadataOnly,
        signal,
        limit: limits.LIST_PAGE_SIZE,
        continue: next,
      });
      for (const object of page.items) objects.set(keyOf(object), object);
      next = page.metadata.continue;
      resourceVersion = page.metadata.resourceVersion ?? '';
    } while (next !== undefined && next !== '');
    this.#replace(objects, resourceVersion);
  }

  async #watch(resourceVersion: string): Promise<void> {
    for await (const event of await this.#open({ resourceVersion })) this.#take(event);
  }

  #open(from: { resourceVersion?: string; sendInitialEvents?: boolean }): Promise<AsyncIterable<WatchEvent<T>>> {
    const { resource, select, metadataOnly, random, signal } = this.#options;
    // Watches of many clients should not end together.
    const timeoutSeconds = Math.ceil(300 * (1 + random.fraction()));
    return resource.watch({ ...select, ...from, metadataOnly, timeoutSeconds, shared: true, signal });
  }

  #replace(objects: Map<string, T>, resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#absent = 0;
    this.#backoff.reset();
    this.#options.sink.replace(objects, resourceVersion);
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { sink } = this.#options;
    const { resourceVersion = '' } = object.metadata;
    this.#resourceVersion = resourceVersion;
    if (type === 'BOOKMARK') sink.progress(resourceVersion);
    else if (type === 'DELETED') sink.delete(keyOf(object), object, resourceVersion);
    else sink.set(keyOf(object), object, resourceVersion);
    this.#backoff.reset();
  }
}

function isGone(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'Expired' || reason === 'Gone' || reason === 'Timeout';
}

/** Servers before WatchList refuse what they do not know. */
function isNotServed(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'Invalid' || reason === 'BadRequest';
}
