/** What the cacher's tests stand on: a clock they turn, pods of a few bytes, selectors, and sinks that remember. */
import { setImmediate as macrotask } from 'node:timers/promises';
import type { Storage, WatchSink } from '../../../backends/storage/interface.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { builtInLayout } from '../storage/object-layout.ts';
import { createCacher } from './create-cacher.ts';
import type {
  CachedObject,
  CachedResource,
  Cacher,
  EventEncoder,
  EventSink,
  ObjectSelector,
  ResourceCache,
  WatchRequest,
} from './interface.ts';
import type { CacherLimits } from './limits.ts';

export class ManualClock implements Clock {
  #time = 1_000_000;
  #timers: Array<{ at: number; callback: () => void }> = [];

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#time + Math.max(0, milliseconds), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Timers that have not gone off. */
  get waiting(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    const end = this.#time + milliseconds;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#time = Math.max(this.#time, next.at);
      next.callback();
    }
    this.#time = end;
  }
}

export const podResource: CachedResource = {
  prefix: '/registry/pods/',
  namespaced: true,
  layout: builtInLayout('Pod', 'v1'),
  selectableFields: {
    'spec.nodeName': ({ spec }) => String((spec as { nodeName?: string } | undefined)?.nodeName ?? ''),
  },
};

export interface PodShape {
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  /** Bytes of an annotation. */
  readonly padding?: number;
}

export function podKey(namespace: string, name: string): string {
  return `${podResource.prefix}${namespace}/${name}`;
}

export function podValue(key: string, { labels, node, padding }: PodShape = {}): Buffer {
  const [namespace, name] = key.split('/').slice(-2);
  const annotations = padding === undefined ? undefined : { padding: 'x'.repeat(padding) };
  const metadata = { name, namespace, labels, annotations };
  return Buffer.from(JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata, spec: { nodeName: node } }));
}

/** `app=a`, `metadata.name=x`, `spec.nodeName=n`, joined by commas; a field is what has a dot. */
export function selectorOf(text: string): ObjectSelector {
  const terms = text.split(',').map((term) => term.split('=') as [string, string]);
  const labelEquals = terms
    .filter(([key]) => !key.includes('.'))
    .map(([key, value]) => ({ key, values: value.split('|') }));
  const fieldEquals = terms.filter(([key]) => key.includes('.')).map(([field, value]) => ({ field, value }));
  return {
    id: text,
    labelEquals,
    fieldEquals,
    everything: false,
    matches: (labels, field) =>
      labelEquals.every(({ key, values }) => values.includes(labels[key] ?? '\0')) &&
      fieldEquals.every((requirement) => field(requirement.field) === requirement.value),
  };
}

/** One line an event: type, revision, key and the object's own text. */
export function lineEncoder(id = 'line'): EventEncoder & { encoded: number } {
  return {
    id,
    encoded: 0,
    encode(type, object) {
      this.encoded++;
      return Buffer.from(`${type} ${object.revision} ${object.key} ${object.bytes}\n`);
    },
    encodeBookmark: (revision, { initialEventsEnd }) =>
      Buffer.from(`${initialEventsEnd ? 'INITIAL-EVENTS-END' : 'BOOKMARK'} ${revision} - -\n`),
  };
}

export interface SeenEvent {
  readonly type: string;
  readonly revision: number;
  readonly key: string;
  readonly text: string;
}

export class RecordingSink implements EventSink {
  readonly buffers: Buffer[] = [];
  ended: 'expired' | 'closed' | undefined;
  /** A stalled peer takes nothing. */
  stalled = false;
  #pending = 0;

  get pending(): number {
    return this.#pending;
  }

  write(frames: Buffer): void {
    this.buffers.push(frames);
    if (this.stalled) this.#pending += frames.length;
  }

  end(reason: 'expired' | 'closed'): void {
    this.ended = reason;
  }

  drain(): void {
    this.stalled = false;
    this.#pending = 0;
  }

  get events(): SeenEvent[] {
    const lines = Buffer.concat(this.buffers).toString().split('\n').slice(0, -1);
    return lines.map((line) => {
      const [type = '', revision = '', key = '', ...text] = line.split(' ');
      return { type, revision: Number(revision), key, text: text.join(' ') };
    });
  }

  /** "ADDED a@4 DELETED a@5": names and revisions. */
  get summary(): string {
    return this.events.map(({ type, key, revision }) => `${type} ${key.split('/').at(-1)}@${revision}`).join(' ');
  }
}

/** A store whose watch can be made to fail, and which can be away. */
export class FaultyStorage implements Storage {
  readonly inner: Storage;
  #sinks: WatchSink[] = [];
  away: Error | undefined;

  constructor(inner: Storage) {
    this.inner = inner;
  }

  failWatches(error: Error): void {
    for (const sink of this.#sinks.splice(0)) sink.error(error);
  }

  /** Hands the watches an event that no write made. */
  inject(...args: Parameters<WatchSink['events']>): void {
    for (const sink of this.#sinks) sink.events(...args);
  }

  async watch(...[prefix, after, sink, signal]: Parameters<Storage['watch']>): Promise<void> {
    this.#check();
    this.#sinks.push(sink);
    await this.inner.watch(prefix, after, sink, signal);
  }

  async list(...args: Parameters<Storage['list']>): ReturnType<Storage['list']> {
    this.#check();
    return this.inner.list(...args);
  }

  async currentRevision(): Promise<number> {
    this.#check();
    return this.inner.currentRevision();
  }

  get: Storage['get'] = (key) => this.inner.get(key);
  create: Storage['create'] = (key, value) => this.inner.create(key, value);
  update: Storage['update'] = (key, value, revision) => this.inner.update(key, value, revision);
  delete: Storage['delete'] = (key, revision, last) => this.inner.delete(key, revision, last);
  compact: Storage['compact'] = (revision) => this.inner.compact(revision);
  status: Storage['status'] = () => this.inner.status();
  close: Storage['close'] = () => this.inner.close();

  #check(): void {
    if (this.away !== undefined) throw this.away;
  }
}

export interface CacherBench {
  readonly clock: ManualClock;
  readonly storage: FaultyStorage;
  readonly cacher: Cacher;
  readonly pods: ResourceCache;
  readonly trouble: unknown[];
  /** Creates or replaces; returns the revision. */
  put(key: string, shape?: PodShape): Promise<number>;
  remove(key: string): Promise<number>;
  watch(request?: Partial<Omit<WatchRequest, 'sink'>> & { sink?: RecordingSink }): RecordingSink;
}

export async function startCacherOn(inner: Storage, limits?: Partial<CacherLimits>): Promise<CacherBench> {
  const clock = new ManualClock();
  const storage = new FaultyStorage(inner);
  const trouble: unknown[] = [];
  const { signal } = new AbortController();
  const onTrouble = (error: unknown): void => void trouble.push(error);
  const cacher = createCacher({ storage, clock, resources: [podResource], signal, limits, onTrouble });
  await cacher.ready();
  const pods = cacher.resource(podResource);
  return {
    clock,
    storage,
    cacher,
    pods,
    trouble,
    async put(key, shape) {
      const current = await storage.get(key);
      const value = podValue(key, shape);
      const commit = await (current === undefined
        ? storage.create(key, value)
        : storage.update(key, value, current.revision));
      return commit.revision;
    },
    async remove(key) {
      const current = await storage.get(key);
      return (await storage.delete(key, current?.revision ?? 0)).revision;
    },
    watch(request = {}) {
      const sink = request.sink ?? new RecordingSink();
      pods.watch({ from: 'current', bookmarks: false, encoder: lineEncoder(), signal, ...request, sink });
      return sink;
    },
  };
}

/** Lets promises and timers of the cacher run until nothing more comes of them. */
export async function settle(clock: ManualClock, milliseconds = 200): Promise<void> {
  for (let step = 0; step < 4; step++) {
    await macrotask();
    clock.advance(milliseconds / 4);
  }
  await macrotask();
}

export function namesOf(items: readonly CachedObject[]): string {
  return items.map(({ namespace, name }) => `${namespace}/${name}`).join(' ');
}
