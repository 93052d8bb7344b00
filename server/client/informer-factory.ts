/** Informers by what they look at: who asks for the same gets the same, so that each object is watched and held once. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Client } from './client.ts';
import { type Informer, SharedInformer } from './informer.ts';
import type { Stored } from './lister.ts';
import { runReflector } from './reflector.ts';
import type { ResourceType } from './resource-type.ts';

export interface InformerFactoryOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends every informer. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

export interface InformerSelection<T> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Keeps metadata alone, and lets nothing else be sent. */
  readonly metadataOnly?: boolean;
  /** The first who asks decides. Who holds what is dropped is said by managedFields, which nobody gets. */
  readonly transform?: (object: T) => T;
}

export class InformerFactory {
  readonly #options: InformerFactoryOptions;
  readonly #informers = new Map<
    string,
    { readonly informer: { readonly synced: Promise<void> }; readonly stop: () => void }
  >();

  constructor(options: InformerFactoryOptions) {
    this.#options = options;
  }

  /** Starts with the next turn, so that handlers and indexes can be there before the first object is. */
  of<T extends Stored>(type: ResourceType<T>, selection: InformerSelection<T> = {}): Informer<T> {
    const key = keyOf(type, selection);
    const known = this.#informers.get(key);
    if (known !== undefined) return known.informer as Informer<T>;
    const { client, clock, random, signal, onError } = this.#options;
    const { namespace, labelSelector, fieldSelector, metadataOnly = false, transform } = selection;
    const informer = new SharedInformer<T>({
      type,
      onError,
      transform: (object) => {
        delete object.metadata.managedFields;
        return transform === undefined ? object : transform(object);
      },
    });
    const controller = new AbortController();
    const ends = AbortSignal.any([signal, controller.signal]);
    this.#informers.set(key, { informer, stop: () => controller.abort() });
    queueMicrotask(() => {
      void runReflector<T>({
        resource: client.of(type),
        select: { namespace, labelSelector, fieldSelector },
        metadataOnly,
        sink: informer,
        clock,
        random,
        signal: ends,
        onError,
      });
    });
    return informer;
  }

  /** Ends the informer, for resources that come and go; who asks again gets a new one. */
  release<T extends Stored>(type: ResourceType<T>, selection: InformerSelection<T> = {}): void {
    const key = keyOf(type, selection);
    this.#informers.get(key)?.stop();
    this.#informers.delete(key);
  }

  /** Resolves when all that were asked for so far have synced, or the signal aborts. */
  async synced(signal: AbortSignal = this.#options.signal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all([...this.#informers.values()].map(({ informer }) => informer.synced)), aborted]);
  }
}

function keyOf<T>(type: ResourceType<T>, selection: InformerSelection<T>): string {
  const { namespace = '', labelSelector = '', fieldSelector = '', metadataOnly = false } = selection;
  return [type.group, type.version, type.resource, namespace, labelSelector, fieldSelector, metadataOnly].join('|');
}
