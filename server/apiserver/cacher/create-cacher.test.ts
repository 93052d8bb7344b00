/** What the cacher promises to handlers and, through them, to clients. */
import test from 'ava';
import { Compacted, Unavailable } from '../../../backends/storage/errors.ts';
import { createMemoryStorage } from '../../../backends/storage/memory/memory-storage.ts';
import { customLayout } from '../storage/object-layout.ts';
import {
  type CacherBench,
  lineEncoder,
  namesOf,
  podKey,
  podResource,
  podValue,
  RecordingSink,
  selectorOf,
  settle,
  startCacherOn,
} from './cacher-harness.ts';
import { createCacher } from './create-cacher.ts';
import { type CachedResource, Expired, TooLargeResourceVersion } from './interface.ts';
import type { CacherLimits } from './limits.ts';
import { parseCached } from './parse-object.ts';

const startCacher = (limits?: Partial<CacherLimits>): Promise<CacherBench> =>
  startCacherOn(createMemoryStorage(), limits);

const a = podKey('default', 'a');
const b = podKey('default', 'b');
const other = podKey('other', 'a');

test('a write is in the cache, and waiters and watchers have it, before its writer knows', async (t) => {
  const { storage, cacher, pods, watch } = await startCacher();
  const sink = watch();
  const waiting = cacher.waitUntilFresh(2);
  const write = storage.create(a, podValue(a));
  t.is(cacher.revision, 2);
  t.is(pods.get(a)?.revision, 2);
  t.is(sink.summary, 'ADDED a@2');
  t.is(cacher.waitUntilFresh(2), undefined);
  await waiting;
  t.deepEqual(await write, { revision: 2 });
});

test('a cached object parses to the stored one with kind, apiVersion and its revision, no digit lost', async (t) => {
  const { storage, pods } = await startCacher();
  const text =
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"default"},"spec":{"big":12345678901234567890,"uid":1234567890123456}}';
  await storage.create(a, Buffer.from(text));
  const cached = pods.get(a);
  t.truthy(cached);
  if (cached === undefined) return;
  const object = parseCached(podResource.layout, cached);
  t.is(JSON.stringify(object), text.replace('"metadata":{', '"metadata":{"resourceVersion":"2",'));
  t.deepEqual(Object.keys(object), ['kind', 'apiVersion', 'metadata', 'spec']);
  t.is((object.spec as { uid: number }).uid, 1234567890123456);
});

test('stored values of another version, another key order or no JSON at all do not hide the rest', async (t) => {
  const storage = createMemoryStorage();
  await storage.create(
    a,
    Buffer.from('{"apiVersion":"v0","kind":"Pod","spec":{"template":{"metadata":{"x":1}}},"metadata":{"name":"a"}}'),
  );
  await storage.create(b, Buffer.from('not json'));
  await storage.create(other, podValue(other));
  const { pods, put } = await startCacherOn(storage);
  const text = (key: string): string => String(pods.get(key)?.bytes);
  t.is(text(a), ',{"metadata":{"resourceVersion":"2","name":"a"},"spec":{"template":{"metadata":{"x":1}}}}');
  t.is(text(b), ',{"metadata":{"resourceVersion":"3","name":"b","namespace":"default"}}');
  t.is(pods.size, 3);
  await put(b);
  t.is(pods.get(b)?.revision, 5);
});

test('fromStored converts objects of an older storage version', async (t) => {
  const storage = createMemoryStorage();
  await storage.create(a, Buffer.from('{"kind":"Pod","apiVersion":"v0","metadata":{"name":"a"},"old":1}'));
  const { clock } = await startCacher();
  const fromStored: CachedResource['fromStored'] = ({ old, ...object }) => ({
    ...object,
    metadata: object.metadata,
    now: old,
  });
  const resources = [{ ...podResource, fromStored }];
  const cacher = createCacher({ storage, clock, resources, signal: new AbortController().signal });
  await cacher.ready();
  t.is(
    String(cacher.resource(resources[0] ?? podResource).get(a)?.bytes),
    ',{"metadata":{"resourceVersion":"2","name":"a"},"now":1}',
  );
});

test('a selector watch gets ADDED on entry, MODIFIED inside, DELETED with the last state and the new revision on leaving', async (t) => {
  const { put, remove, watch } = await startCacher();
  await put(a, { labels: { app: 'x' }, node: 'n1' });
  const sink = watch({ selector: selectorOf('app=x') });
  await put(a, { labels: { app: 'x' }, node: 'n2' });
  await put(a, { labels: { app: 'y' }, node: 'n3' });
  await put(a, { labels: { app: 'y' }, node: 'n4' });
  await put(a, { labels: { app: 'x' }, node: 'n5' });
  await remove(a);
  t.is(sink.summary, 'ADDED a@2 MODIFIED a@3 DELETED a@4 ADDED a@6 DELETED a@7');
  const [, , left, , deleted] = sink.events;
  t.regex(left?.text ?? '', /"resourceVersion":"4".*"app":"x".*"nodeName":"n2"/);
  t.regex(deleted?.text ?? '', /"resourceVersion":"7".*"app":"x".*"nodeName":"n5"/);
});

test('the last value given to a delete is what its DELETED event carries', async (t) => {
  const { storage, put, watch } = await startCacher();
  const revision = await put(a, { labels: { app: 'x' } });
  const sink = watch({ selector: selectorOf('app=x'), from: { after: revision } });
  await storage.delete(a, revision, podValue(a, { labels: { app: 'gone' } }));
  t.regex(sink.events[0]?.text ?? '', /"resourceVersion":"3".*"app":"gone"/);
});

test('watchers of a namespace, a name, a node or a label get their own events and no others', async (t) => {
  const { put, remove, watch } = await startCacher();
  const byNamespace = watch({ namespace: 'other' });
  const byName = watch({ selector: selectorOf('metadata.name=a'), namespace: 'default' });
  const byNameAnywhere = watch({ selector: selectorOf('metadata.name=a') });
  const byNode = watch({ selector: selectorOf('spec.nodeName=n1') });
  const byLabel = watch({ selector: selectorOf('app=x'), namespace: 'default' });
  const byLabels = watch({ selector: selectorOf('app=x|y') });
  await put(a, { labels: { app: 'x' } });
  await put(b, { labels: { app: 'y' }, node: 'n1' });
  await put(other, { node: 'n2' });
  await put(a, { node: 'n1' });
  await remove(b);
  t.is(byNamespace.summary, 'ADDED a@4');
  t.is(byName.summary, 'ADDED a@2 MODIFIED a@5');
  t.is(byNameAnywhere.summary, 'ADDED a@2 ADDED a@4 MODIFIED a@5');
  t.is(byNode.summary, 'ADDED b@3 ADDED a@5 DELETED b@6');
  t.is(byLabel.summary, 'ADDED a@2 DELETED a@5');
  t.is(byLabels.summary, 'ADDED a@2 ADDED b@3 DELETED a@5 DELETED b@6');
});

test('an event is encoded once per representation, and all its watchers get the same buffer', async (t) => {
  const { put, watch } = await startCacher();
  const encoder = lineEncoder();
  const sinks = [
    watch({ encoder }),
    watch({ encoder }),
    watch({ encoder: lineEncoder(), selector: selectorOf('app=x') }),
  ];
  const table = watch({ encoder: lineEncoder('table') });
  await put(a, { labels: { app: 'x' } });
  t.is(encoder.encoded, 1);
  t.is(new Set(sinks.map(({ buffers }) => buffers[0])).size, 1);
  t.not(table.buffers[0], sinks[0]?.buffers[0]);
});

test('a label called constructor or __proto__ selects only objects that have it', async (t) => {
  const { put, pods, watch } = await startCacher();
  const sink = watch({ selector: selectorOf('constructor=x') });
  await put(a);
  await put(b, { labels: { constructor: 'x', ['__proto__']: 'y' } });
  t.is(sink.summary, 'ADDED b@3');
  t.is(namesOf((await pods.list({ selector: selectorOf('__proto__=y') })).items), 'default/b');
});

test('WatchList: all present objects, then the bookmark that ends them, then what follows', async (t) => {
  const { put, watch, clock } = await startCacher({ catchUpBytes: 300, coalesceBytes: 100 });
  for (let i = 0; i < 9; i++) await put(podKey('default', `p${i}`));
  const sink = watch({ sendInitialEventsBookmark: true, bookmarks: true });
  t.true(sink.events.length < 9, 'a long start is given in turns');
  // Written while the start is on its way.
  await put(podKey('default', 'p0'));
  await put(a);
  clock.advance(100);
  const types = sink.events.map(({ type, revision }) => `${type}@${revision}`);
  t.deepEqual(
    types.slice(0, 9),
    Array.from({ length: 9 }, (_, i) => `ADDED@${i + 2}`),
  );
  t.deepEqual(types.slice(9), ['INITIAL-EVENTS-END@10', 'MODIFIED@11', 'ADDED@12']);
});

test('a watch from a revision gets exactly the later events; from before the ring it is Expired', async (t) => {
  const { put, watch } = await startCacher({ ringMinEvents: 1, ringMaxEvents: 3 });
  for (let i = 0; i < 5; i++) await put(podKey('default', `p${i}`));
  t.is(watch({ from: { after: 4 } }).summary, 'ADDED p3@5 ADDED p4@6');
  t.is(watch({ from: { after: 3 } }).summary, 'ADDED p2@4 ADDED p3@5 ADDED p4@6');
  const error = t.throws(() => watch({ from: { after: 2 } }), { instanceOf: Expired });
  t.is(error?.message, 'too old resource version: 2 (3)');
});

test('a watch from a revision to come sends nothing up to it and all after it', async (t) => {
  const { put, watch, clock } = await startCacher();
  const sink = watch({ from: { after: 3 } });
  await put(a);
  clock.advance(200);
  await put(a);
  await put(a);
  clock.advance(200);
  await put(a);
  t.is(sink.summary, 'MODIFIED a@4 MODIFIED a@5');
});

test('events leave at once at rest and together under load', async (t) => {
  const { put, watch, clock } = await startCacher({ coalesceAfterWrites: 2, coalesceWindow: 4 });
  const sink = watch();
  await put(a);
  await put(a);
  t.is(sink.buffers.length, 2);
  await put(a);
  await put(a);
  await put(a);
  t.is(sink.buffers.length, 2);
  const late = watch({ from: { after: 5 } });
  t.is(sink.buffers.length, 3, 'a newcomer does not get what waits for others, nor twice what it has');
  t.is(late.summary, 'MODIFIED a@6');
  await put(a);
  clock.advance(4);
  t.is(sink.summary, 'ADDED a@2 MODIFIED a@3 MODIFIED a@4 MODIFIED a@5 MODIFIED a@6 MODIFIED a@7');
  t.is(sink.buffers.length, 4);
  clock.advance(10);
  await put(a);
  t.is(sink.buffers.length, 5);
});

test('under load no more than the limit waits', async (t) => {
  const { put, watch } = await startCacher({ coalesceAfterWrites: 0, coalesceBytes: 1000 });
  const sink = watch();
  await put(a, { padding: 600 });
  t.is(sink.buffers.length, 0);
  await put(a, { padding: 600 });
  t.is(sink.events.length, 2);
});

test('a slow watcher holds a bounded buffer and goes on without a gap once its peer reads', async (t) => {
  const { put, watch, clock, cacher } = await startCacher({ watchPendingBytes: 2000 });
  const [slow, quick] = [watch(), watch()];
  slow.stalled = true;
  for (let i = 0; i < 50; i++) await put(a, { padding: 100 });
  clock.advance(500);
  t.true(slow.pending < 3000);
  t.is(quick.events.length, 50);
  t.is(cacher.metrics().catchingUp, 1);
  slow.drain();
  clock.advance(500);
  await put(a);
  t.is(slow.summary, quick.summary);
  t.is(cacher.metrics().catchingUp, 0);
});

test('watchers that resume at the same place share the frames of what they replay', async (t) => {
  const { put, watch, clock } = await startCacher();
  for (let i = 0; i < 5; i++) await put(a);
  const encoder = lineEncoder();
  for (let i = 0; i < 10; i++) t.is(watch({ encoder, from: { after: 2 } }).events.length, 4);
  t.is(encoder.encoded, 4);
  clock.advance(3000);
  watch({ encoder, from: { after: 2 } });
  t.is(encoder.encoded, 8, 'nor are they kept for long');
});

test('a slow watcher ends as expired when the ring moves past its place', async (t) => {
  const { put, watch, clock, cacher } = await startCacher({
    watchPendingBytes: 500,
    ringMinEvents: 1,
    ringMaxEvents: 5,
  });
  const slow = watch();
  slow.stalled = true;
  for (let i = 0; i < 20; i++) await put(a, { padding: 100 });
  clock.advance(500);
  t.is(slow.ended, 'expired');
  t.is(cacher.metrics().resources[0]?.watchers, 0);
});

test('a sink or an encoder that throws ends its own watch only', async (t) => {
  const { put, watch } = await startCacher();
  const broken = new RecordingSink();
  broken.write = () => {
    throw new Error('broken pipe');
  };
  watch({ sink: broken });
  const encoder = lineEncoder('bad');
  encoder.encode = () => {
    throw new Error('cannot encode');
  };
  const unencodable = watch({ encoder });
  const unjudgeable = watch({
    selector: {
      ...selectorOf('app=z'),
      labelEquals: [],
      matches: () => {
        throw new Error('no');
      },
    },
  });
  const sink = watch();
  await put(a);
  await put(a);
  t.is(broken.ended, 'closed');
  t.is(unencodable.ended, 'expired');
  t.is(unjudgeable.ended, 'expired');
  t.is(sink.summary, 'ADDED a@2 MODIFIED a@3');
});

test('a sink that writes to the store and watches from inside a delivery sees every event once', async (t) => {
  const { storage, put, watch } = await startCacher();
  const inner: RecordingSink[] = [];
  const sink = new RecordingSink();
  sink.write = (frames) => {
    sink.buffers.push(frames);
    if (sink.buffers.length === 1) {
      void storage.create(b, podValue(b));
      inner.push(watch());
    }
  };
  watch({ sink });
  const second = watch();
  await put(a);
  const third = watch({ from: { after: 1 } });
  await put(a);
  t.is(sink.summary, 'ADDED a@2 ADDED b@3 MODIFIED a@4');
  t.is(second.summary, sink.summary);
  t.is(third.summary, sink.summary);
  t.is(
    inner.map(({ events }) => events.map(({ key, revision }) => `${key.at(-1)}@${revision}`).join(' ')).join(),
    'a@2 b@3',
  );
});

test('a watch begun inside a delivery does not get what is being delivered again', async (t) => {
  const { put, watch, clock } = await startCacher();
  const inner: RecordingSink[] = [];
  const sink = new RecordingSink();
  sink.write = () => {
    if (inner.length === 0) inner.push(watch());
  };
  watch({ sink });
  await put(a);
  clock.advance(10);
  await put(a);
  t.is(inner[0]?.summary, 'ADDED a@2 MODIFIED a@3');
});

test('bookmarks come each minute, after all events up to their revision, to those who asked', async (t) => {
  const { put, watch, clock } = await startCacher({ coalesceAfterWrites: 0, coalesceWindow: 1e9 });
  const asked = watch({ bookmarks: true });
  const not = watch();
  await put(a);
  t.is(asked.summary, '');
  clock.advance(61_000);
  t.is(asked.summary, 'ADDED a@2 BOOKMARK -@2');
  clock.advance(61_000);
  t.is(asked.summary, 'ADDED a@2 BOOKMARK -@2 BOOKMARK -@2');
  t.is(not.summary, 'ADDED a@2');
});

test('an aborted watch gets nothing more and leaves nothing behind', async (t) => {
  const { put, watch, cacher } = await startCacher();
  const stop = new AbortController();
  const sink = watch({ signal: stop.signal, selector: selectorOf('app=x') });
  stop.abort();
  await put(a, { labels: { app: 'x' } });
  t.is(sink.summary, '');
  t.is(sink.ended, undefined);
  t.is(cacher.metrics().resources[0]?.watchers, 0);
  t.is(watch({ signal: stop.signal }).summary, '');
});

test('pages show one revision while others write, and know how many remain', async (t) => {
  const { put, remove, pods, cacher } = await startCacher();
  for (let i = 0; i < 6; i++) await put(podKey('default', `p${i}`));
  await put(other);
  const first = await pods.list({ namespace: 'default', limit: 2 });
  t.is(first.remaining, 4);
  const { revision } = first;
  await remove(podKey('default', 'p3'));
  await put(podKey('default', 'p2'), { node: 'later' });
  const second = await pods.list({
    namespace: 'default',
    limit: 2,
    startAfter: first.continueAfter,
    atRevision: revision,
  });
  const third = await pods.list({
    namespace: 'default',
    limit: 2,
    startAfter: second.continueAfter,
    atRevision: revision,
  });
  const names = [first, second, third].map(({ items }) => namesOf(items)).join(' ');
  t.is(names, 'default/p0 default/p1 default/p2 default/p3 default/p4 default/p5');
  t.true([first, second, third].every((page) => page.revision === revision));
  t.is(third.continueAfter, undefined);
  t.is(third.remaining, undefined);
  t.is(cacher.metrics().resources[0]?.snapshots, 1);
  // The state that was pinned ended with the removal.
  const after = await pods.list({ namespace: 'default', atRevision: revision + 1 });
  t.is(after.items.length, 5);
});

test('with a selector no remaining count is given', async (t) => {
  const { put, pods } = await startCacher();
  for (let i = 0; i < 4; i++) await put(podKey('default', `p${i}`), { labels: { app: 'x' } });
  const page = await pods.list({ limit: 2, selector: selectorOf('app=x') });
  t.is(page.remaining, undefined);
  t.truthy(page.continueAfter);
});

test('an exact revision is read from ring, snapshot or store, and is Expired once compacted', async (t) => {
  const { put, pods, storage } = await startCacher({ ringMinEvents: 1, ringMaxEvents: 2 });
  for (let i = 0; i < 5; i++) await put(a, { node: `n${i}` });
  for (let revision = 2; revision <= 6; revision++) {
    const { items } = await pods.list({ atRevision: revision });
    t.is(items[0]?.revision, revision);
    t.is(
      (await pods.list({ atRevision: revision, selector: selectorOf(`spec.nodeName=n${revision - 2}`) })).items.length,
      1,
    );
  }
  await storage.compact(4);
  await t.throwsAsync(async () => pods.list({ atRevision: 2 }), { instanceOf: Expired });
});

test('an exact revision is Expired once compacted also where nothing has changed since', async (t) => {
  const { put, pods, storage } = await startCacher();
  await put(a, { node: 'n' });
  const { revision: old } = await pods.list({});
  const { revision } = await storage.create('/registry/elsewhere/x', podValue('x'));
  await pods.list({ atRevision: old });
  await storage.compact(revision);
  await t.throwsAsync(async () => pods.list({ atRevision: old }), { instanceOf: Expired });
  t.is((await pods.list({})).items.length, 1);
});

test('snapshots, idle indexes and old events are dropped in time', async (t) => {
  const { put, pods, cacher, clock } = await startCacher({ ringMinEvents: 10 });
  for (let i = 0; i < 100; i++) await put(podKey('default', `p${i}`), { labels: { app: `${i}` } });
  await pods.list({ limit: 1 });
  await pods.list({ selector: selectorOf('app=7') });
  const now = (): object => {
    const { snapshots, indexes, ringEvents } = cacher.metrics().resources[0] ?? {};
    return { snapshots, indexes, ringEvents };
  };
  t.deepEqual(now(), { snapshots: 1, indexes: 1, ringEvents: 100 });
  clock.advance(76_000);
  t.deepEqual(now(), { snapshots: 0, indexes: 1, ringEvents: 10 });
  clock.advance(300_000);
  t.deepEqual(now(), { snapshots: 0, indexes: 0, ringEvents: 10 });
});

test('a read of a revision to come waits for it, and gives up after three seconds', async (t) => {
  const { put, cacher, pods, clock } = await startCacher();
  const waiting = pods.list({ atRevision: 2 });
  await put(a);
  t.is((await waiting).items.length, 1);
  const tooLarge = t.throwsAsync(async () => cacher.waitUntilFresh(9), { instanceOf: TooLargeResourceVersion });
  clock.advance(2999);
  clock.advance(1);
  t.is((await tooLarge)?.message, 'Too large resource version: 9, current: 2');
});

test('while the store is away stale reads are answered and consistent ones fail as it does', async (t) => {
  const { put, cacher, pods, storage } = await startCacher();
  await put(a);
  storage.away = new Unavailable('no database');
  t.is(pods.get(a)?.revision, 2);
  await t.throwsAsync(async () => cacher.waitUntilConsistent(), { instanceOf: Unavailable });
  storage.away = undefined;
  await t.notThrowsAsync(async () => cacher.waitUntilConsistent());
});

test('when the watch of the store fails, watches end as expired and all is read anew', async (t) => {
  const { put, pods, watch, storage, clock, cacher, trouble } = await startCacher();
  await put(a);
  const sink = watch();
  storage.away = new Unavailable('no database');
  storage.failWatches(new Compacted(2));
  await settle(clock);
  t.is(sink.ended, 'expired');
  t.is(pods.get(a)?.revision, 2, 'what was there is served until there is better');
  // Neither seen as an event nor kept as history.
  await storage.inner.delete(a, 2);
  await storage.inner.create(b, podValue(b));
  storage.away = undefined;
  await settle(clock, 10_000);
  t.is(cacher.revision, 4);
  t.is(namesOf((await pods.list({})).items), 'default/b');
  t.is(trouble.length > 1, true);
  const again = watch();
  await put(b);
  t.is(again.summary, 'ADDED b@4 MODIFIED b@5');
});

test('an event that does not follow from what is cached makes the cacher read all anew', async (t) => {
  const { put, storage, clock, watch, cacher } = await startCacher();
  await put(a);
  const sink = watch();
  storage.inject([{ type: 'put', key: a, value: podValue(a), revision: 9, previousRevision: 7 }], 9);
  await settle(clock);
  t.is(sink.ended, 'expired');
  t.is(cacher.metrics().loads, 2);
  t.is(cacher.revision, 2);
});

test('a watch resumes across a restart of the server', async (t) => {
  const storage = createMemoryStorage();
  const before = await startCacherOn(storage);
  await before.put(a);
  await before.put(a, { node: 'n1' });
  await before.remove(a);
  await before.cacher.stop();
  const { watch, pods } = await startCacherOn(storage);
  t.is(watch({ from: { after: 2 } }).summary, 'MODIFIED a@3 DELETED a@4');
  t.is(pods.size, 0);
  t.is((await pods.list({ atRevision: 3 })).items.length, 1);
});

test('a server starts on history that is compacted', async (t) => {
  const storage = createMemoryStorage();
  const before = await startCacherOn(storage);
  await before.put(a);
  await before.put(a);
  await storage.compact(3);
  const { watch, pods } = await startCacherOn(storage);
  t.is(pods.get(a)?.revision, 3);
  t.throws(() => watch({ from: { after: 2 } }), { instanceOf: Expired });
});

const widgets: CachedResource = {
  prefix: '/registry/example.com/widgets/',
  namespaced: true,
  layout: customLayout('Widget', 'example.com/v1'),
  selectableFields: {},
};

test('a resource added at run time has the objects and the history that were there before it', async (t) => {
  const { cacher, storage } = await startCacher();
  const value = (name: string): Buffer =>
    Buffer.from(`{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"name":"${name}"}}`);
  await storage.create(`${widgets.prefix}default/w1`, value('w1'));
  await storage.create('/registry/example.com/widgetsets/default/s', value('s'));
  await storage.create(`${widgets.prefix}default/w2`, value('w2'));
  await storage.delete(`${widgets.prefix}default/w1`, 2);
  t.is(cacher.metrics().unclaimedKeys, 0);
  const cache = cacher.resource(widgets);
  t.is(
    String(cache.get(`${widgets.prefix}default/w2`)?.bytes),
    ',{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"resourceVersion":"4","name":"w2"}}',
  );
  t.is(cache.size, 1);
  const sink = new RecordingSink();
  const { signal } = new AbortController();
  cache.watch({ from: { after: 2 }, bookmarks: false, encoder: lineEncoder(), sink, signal });
  t.is(sink.summary, 'ADDED w2@4 DELETED w1@5');
  await storage.create(`${widgets.prefix}default/w3`, value('w3'));
  t.is(sink.events.at(-1)?.revision, 6);
});

test('keys that nobody serves are kept within bounds and survive a claim much later', async (t) => {
  const { cacher, storage } = await startCacher({ unclaimedEvents: 4 });
  const key = (i: number): string => `${widgets.prefix}default/w${i % 3}`;
  for (let i = 0; i < 40; i++) {
    const current = await storage.get(key(i));
    const value = Buffer.from(
      `{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"name":"w${i % 3}","generation":${i}}}`,
    );
    await (current === undefined ? storage.create(key(i), value) : storage.update(key(i), value, current.revision));
  }
  const cache = cacher.resource(widgets);
  t.is(cache.size, 3);
  t.regex(String(cache.get(key(39))?.bytes), /"resourceVersion":"41".*"generation":39/);
  t.is(cacher.metrics().unclaimedKeys, 0);
});

test('a new definition of a resource keeps its objects, in the new layout, and ends its watches', async (t) => {
  const { cacher, pods, put, watch } = await startCacher();
  await put(a, { node: 'n1' });
  const sink = watch();
  cacher.resource({ ...podResource });
  t.is(sink.ended, undefined, 'the same in other words');
  cacher.resource({ ...podResource, layout: customLayout('Pod', 'v2'), selectableFields: { 'metadata.x': () => 'x' } });
  t.is(sink.ended, 'expired');
  t.is(
    String(pods.get(a)?.bytes),
    ',{"kind":"Pod","apiVersion":"v2","metadata":{"resourceVersion":"2","name":"a","namespace":"default"},"spec":{"nodeName":"n1"}}',
  );
  t.is((await pods.list({ selector: selectorOf('metadata.x=x') })).items.length, 1);
  await put(a);
  t.is(pods.get(a)?.revision, 3);
});

test('a resource that is given up and taken on again has the objects that there are by then', async (t) => {
  const { cacher, pods, put, storage } = await startCacher();
  await put(a);
  cacher.release(podResource.prefix);
  t.is(cacher.metrics().unclaimedKeys, 1);
  await storage.delete(a, 2);
  await storage.create(b, podValue(b));
  const again = cacher.resource(podResource);
  t.not(again, pods);
  t.is(namesOf((await again.list({})).items), 'default/b');
  const { signal } = new AbortController();
  const watch = { bookmarks: false, encoder: lineEncoder(), sink: new RecordingSink(), signal };
  t.throws(() => again.watch({ ...watch, from: { after: 1 } }), { instanceOf: Expired }, 'its history began anew');
});

test('a resource given up or defined anew while all is read anew keeps nothing of the past', async (t) => {
  const { cacher, pods, put, storage, clock } = await startCacher();
  await put(a);
  const widget = `${widgets.prefix}default/w`;
  await storage.create(widget, Buffer.from('{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"name":"w"}}'));
  const other = { ...widgets, prefix: '/registry/example.com/others/' };
  cacher.resource(widgets);
  cacher.resource(other);
  let isAgain = false;
  pods.observe({
    set: () => undefined,
    delete: () => undefined,
    reset() {
      if (!isAgain) return;
      cacher.release(widgets.prefix);
      cacher.resource({ ...other, layout: customLayout('Other', 'v2') });
    },
  });
  isAgain = true;
  storage.away = new Unavailable('no database');
  storage.failWatches(new Compacted(2));
  await settle(clock);
  await storage.inner.delete(widget, 3);
  await storage.inner.create(
    `${other.prefix}default/o`,
    Buffer.from('{"kind":"Other","apiVersion":"v1","metadata":{"name":"o"}}'),
  );
  storage.away = undefined;
  await settle(clock, 10_000);
  t.is(cacher.resource(widgets).size, 0);
  const defined = cacher.resource({ ...other, layout: customLayout('Other', 'v2') });
  t.is(
    String(defined.get(`${other.prefix}default/o`)?.bytes),
    ',{"kind":"Other","apiVersion":"v2","metadata":{"resourceVersion":"5","name":"o"}}',
  );
});

test('stopping closes all watches and fails those who wait', async (t) => {
  const { cacher, watch, put } = await startCacher();
  await put(a);
  const sink = watch();
  const waiting = t.throwsAsync(async () => cacher.waitUntilFresh(99), { instanceOf: Unavailable });
  await cacher.stop();
  t.is(sink.ended, 'closed');
  await waiting;
});
