/** The cacher against a naive model: random writes, watches, slow peers, lists and faults; every view must be a true state. */
import test from 'ava';
import fc from 'fast-check';
import { Compacted } from '../../../backends/storage/errors.ts';
import { createMemoryStorage } from '../../../backends/storage/memory/memory-storage.ts';
import {
  type CacherBench,
  namesOf,
  podResource,
  RecordingSink,
  selectorOf,
  settle,
  startCacherOn,
} from './cacher-harness.ts';
import { type CachedObject, Expired, type ListRequest, type ObjectSelector } from './interface.ts';
import type { CacherLimits } from './limits.ts';
import { listFromStore } from './list-from-store.ts';
import { listScope } from './list-page.ts';
import { ObjectAttributes } from './object-attributes.ts';
import { entryOf, namespaceOf } from './stored-object.ts';

interface ModelPod {
  readonly key: string;
  readonly revision: number;
  readonly app: string;
  readonly node: string;
}
type State = ReadonlyMap<string, ModelPod>;

const keys = ['a/one', 'a/two', 'a/three', 'a-b/one', 'b/one', 'b/two'].map((path) => `${podResource.prefix}${path}`);
const selectors = [
  '',
  'app=x',
  'app=x|y',
  'spec.nodeName=n1',
  'metadata.name=one',
  'app=y,spec.nodeName=n2',
  'metadata.namespace=b',
];
const namespaces = [undefined, 'a', 'b'];

const smallLimits: Partial<CacherLimits> = {
  backfillRevisions: 0,
  ringMinEvents: 4,
  ringMaxEvents: 12,
  snapshots: 2,
  coalesceAfterWrites: 2,
  coalesceBytes: 600,
  watchPendingBytes: 600,
  catchUpBytes: 500,
  replayBytes: 500,
  applyEvents: 2,
};

const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key: fc.constantFrom(...keys),
      app: fc.constantFrom('x', 'y', ''),
      node: fc.constantFrom('n1', 'n2', ''),
    }),
  },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('remove' as const), key: fc.constantFrom(...keys) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      selector: fc.constantFrom(...selectors),
      namespace: fc.constantFrom(...namespaces),
      back: fc.option(fc.nat(14)),
      bookmarks: fc.boolean(),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      selector: fc.constantFrom(...selectors),
      namespace: fc.constantFrom(...namespaces),
      back: fc.nat(20),
      limit: fc.nat(3),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('stall' as const), watcher: fc.nat(20) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('drain' as const), watcher: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), watcher: fc.nat(20) }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('time' as const), milliseconds: fc.constantFrom(1, 10, 61_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fault' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class WatchModel {
  readonly sink = new RecordingSink();
  readonly stop = new AbortController();
  readonly #matches: (pod: ModelPod) => boolean;
  readonly #start: State;
  readonly #from: number | 'current';

  constructor(matches: (pod: ModelPod) => boolean, from: number | 'current', start: State) {
    this.#matches = matches;
    this.#from = from;
    this.#start = start;
  }

  /** Replays what was sent; every revision that it passes must show the model's state. */
  check(history: ReadonlyMap<number, State>, upTo: number | undefined): void {
    const seen = new Map<string, number>();
    let last = 0;
    if (this.#from !== 'current') {
      for (const pod of this.#start.values()) if (this.#matches(pod)) seen.set(pod.key, pod.revision);
      last = this.#from;
    }
    let initial = this.#from === 'current' ? this.#start.size : 0;
    for (const { type, revision, key, text } of this.sink.events) {
      const mark = type === 'BOOKMARK' || type === 'INITIAL-EVENTS-END';
      if (!mark && !text.includes(`"resourceVersion":"${revision}"`)) throw new Error(`${text} at ${revision}`);
      const isInitial = initial > 0 && type === 'ADDED' && this.#start.get(key)?.revision === revision;
      if (isInitial) initial--;
      else if (mark ? revision < last : revision <= last) throw new Error(`revision ${revision} after ${last}`);
      if (type === 'ADDED' ? seen.has(key) : !mark && !seen.has(key)) throw new Error(`${type} ${key}@${revision}`);
      if (type === 'DELETED') seen.delete(key);
      else if (!mark) seen.set(key, revision);
      if (mark || !isInitial) {
        last = revision;
        this.#compare(seen, history.get(revision), `${type} ${revision}`);
      }
    }
    if (upTo !== undefined) this.#compare(seen, history.get(upTo), `end ${upTo}`);
  }

  #compare(seen: ReadonlyMap<string, number>, state: State | undefined, where: string): void {
    const expected = [...(state?.values() ?? [])]
      .filter(this.#matches)
      .map(({ key, revision }) => `${key}@${revision}`);
    const actual = [...seen].map(([key, revision]) => `${key}@${revision}`);
    if (expected.sort().join() !== actual.sort().join()) throw new Error(`${where}: ${actual} for ${expected}`);
  }
}

class Run {
  readonly #bench: CacherBench;
  readonly #history = new Map<number, State>();
  #state: State = new Map();
  #watches: WatchModel[] = [];
  readonly checked = { live: 0, expired: 0, lists: 0, storeLists: 0, pages: 0 };

  constructor(bench: CacherBench) {
    this.#bench = bench;
    this.#history.set(bench.cacher.revision, this.#state);
  }

  async take(action: Step): Promise<void> {
    const { clock, storage } = this.#bench;
    switch (action.do) {
      case 'put': {
        const { key, app, node } = action;
        const revision = await this.#bench.put(key, { labels: app === '' ? undefined : { app }, node });
        return this.#commit(revision, new Map(this.#state).set(key, { key, revision, app, node }));
      }
      case 'remove': {
        if (!this.#state.has(action.key)) return;
        const state = new Map(this.#state);
        state.delete(action.key);
        return this.#commit(await this.#bench.remove(action.key), state);
      }
      case 'watch':
        return this.#watch(action);
      case 'list':
        return this.#list(action);
      case 'stall':
      case 'drain':
      case 'leave': {
        const watch = this.#watches[action.watcher % (this.#watches.length || 1)];
        if (watch === undefined) return;
        if (action.do === 'stall') watch.sink.stalled = true;
        if (action.do === 'drain') watch.sink.drain();
        if (action.do === 'leave') {
          watch.stop.abort();
          watch.check(this.#history, undefined);
          this.#watches = this.#watches.filter((other) => other !== watch);
        }
        return;
      }
      case 'time':
        clock.advance(action.milliseconds);
        return;
      case 'fault':
        storage.failWatches(new Compacted(this.#bench.cacher.revision));
        return settle(clock, 400);
    }
  }

  async finish(): Promise<void> {
    for (const { sink } of this.#watches) sink.drain();
    await settle(this.#bench.clock);
    const { revision } = this.#bench.cacher;
    for (const watch of this.#watches) {
      const live = watch.sink.ended === undefined;
      watch.check(this.#history, live ? revision : undefined);
      if (live) this.checked.live++;
      else this.checked.expired++;
    }
    for (const { stop } of this.#watches) stop.abort();
    const { resources, catchingUp } = this.#bench.cacher.metrics();
    if (resources[0]?.watchers !== 0 || catchingUp !== 0) throw new Error('a watcher is left behind');
    await this.#bench.cacher.stop();
  }

  #commit(revision: number, state: State): void {
    if (this.#bench.cacher.revision !== revision)
      throw new Error('the write is not in the cache when it is acknowledged');
    this.#state = state;
    this.#history.set(revision, state);
  }

  #watch(action: Step & { do: 'watch' }): void {
    const { cacher } = this.#bench;
    const revision = cacher.revision;
    const after = action.back === null ? undefined : Math.max(1, revision - action.back);
    const start = this.#history.get(after ?? revision) ?? new Map();
    const watch = new WatchModel(matcher(action.namespace, action.selector), after ?? 'current', start);
    const { sink, stop } = watch;
    try {
      this.#bench.watch({
        namespace: action.namespace,
        selector: selectorFor(action.selector),
        from: after === undefined ? 'current' : { after },
        sendInitialEventsBookmark: after === undefined && action.bookmarks,
        bookmarks: action.bookmarks,
        signal: stop.signal,
        sink,
      });
      this.#watches.push(watch);
    } catch (error) {
      if (!(error instanceof Expired) || after === undefined || after >= error.oldest) throw error;
    }
  }

  async #list({ namespace, selector, back, limit }: Step & { do: 'list' }): Promise<void> {
    const { pods, storage, cacher } = this.#bench;
    const atRevision = back === 0 ? undefined : Math.max(1, cacher.revision - back);
    const revision = atRevision ?? cacher.revision;
    const matches = matcher(namespace, selector);
    const expected = [...(this.#history.get(revision)?.values() ?? [])]
      .filter(matches)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const request: ListRequest = { namespace, selector: selectorFor(selector), limit, atRevision };
    const items: CachedObject[] = [];
    let page = await pods.list(request);
    for (;;) {
      this.checked.pages++;
      if (page.revision !== revision) throw new Error(`page of ${page.revision} in a list of ${revision}`);
      if (limit > 0 && page.items.length > limit) throw new Error('more than the limit');
      items.push(...page.items);
      if (page.remaining !== undefined && page.remaining !== expected.length - items.length)
        throw new Error('remaining is wrong');
      if (page.continueAfter === undefined) break;
      // Something else is written while the client reads on.
      await this.take({ do: 'put', key: keys[items.length % keys.length] ?? '', app: 'x', node: 'n1' });
      page = await pods.list({ ...request, atRevision: revision, startAfter: page.continueAfter });
    }
    const text = (list: ReadonlyArray<{ key: string; revision: number }>): string =>
      list.map(({ key, revision: at }) => `${key}@${at}`).join();
    if (text(items) !== text(expected)) throw new Error(`list at ${revision}: ${text(items)} for ${text(expected)}`);
    this.checked.lists++;

    const reader = {
      storage,
      resource: podResource,
      attributes: new ObjectAttributes(podResource),
      entryOf: (value: { key: string; value: Uint8Array; revision: number }) =>
        entryOf(podResource, value, namespaceOf(podResource, value.key)),
    };
    const stored = await listFromStore(
      reader,
      listScope(podResource, { namespace, selector: selectorFor(selector) }),
      revision,
    );
    if (text(stored.items) !== text(expected)) throw new Error(`store at ${revision}: ${namesOf(stored.items)}`);
    this.checked.storeLists++;
  }
}

function selectorFor(text: string): ObjectSelector | undefined {
  return text === '' ? undefined : selectorOf(text);
}

function matcher(namespace: string | undefined, selector: string): (pod: ModelPod) => boolean {
  const terms = selector === '' ? [] : selector.split(',').map((term) => term.split('=') as [string, string]);
  return ({ key, app, node }) => {
    const [podNamespace, name] = key.slice(podResource.prefix.length).split('/');
    if (namespace !== undefined && podNamespace !== namespace) return false;
    return terms.every(([field, value]) => {
      if (field === 'app') return value.split('|').includes(app);
      return { 'spec.nodeName': node, 'metadata.name': name, 'metadata.namespace': podNamespace }[field] === value;
    });
  };
}

test('watches, lists and pages show true states under any order of writes, slow peers and faults', async (t) => {
  const total = { live: 0, expired: 0, lists: 0, storeLists: 0, pages: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 160, size: 'max' }), async (steps) => {
      const run = new Run(await startCacherOn(createMemoryStorage(), smallLimits));
      for (const action of steps) await run.take(action);
      await run.finish();
      for (const key of Object.keys(total) as Array<keyof typeof total>) total[key] += run.checked[key];
    }),
    { numRuns: 200 },
  );
  t.log(total);
  t.true(total.live > 50 && total.expired > 10 && total.lists > 50);
});
