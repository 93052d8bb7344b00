/** The parts under the cacher, each against a naive model. */
import test from 'ava';
import fc from 'fast-check';
import { CacheEntry } from './cache-entry.ts';
import { podResource, podValue, selectorOf } from './cacher-harness.ts';
import { EventRing } from './event-ring.ts';
import { labelsText } from './labels-text.ts';
import { defaultLimits } from './limits.ts';
import { ObjectAttributes } from './object-attributes.ts';
import { SelectiveIndexes } from './selective-indexes.ts';
import { SortedEntries, type SortedView } from './sorted-entries.ts';
import { entryOf } from './stored-object.ts';

const entry = (key: string, revision: number): CacheEntry => new CacheEntry(key, '', revision, Buffer.alloc(0));

test('sorted entries stay sorted through any changes, and snapshots never change', (t) => {
  const change = fc.record({ key: fc.nat(3000), remove: fc.boolean(), snapshot: fc.nat(40) });
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 500, maxLength: 4000, size: 'max' }),
      fc.nat(2000),
      (changes, initial) => {
        const model = new Map<string, CacheEntry>();
        for (let i = 0; i < initial; i++) model.set(`k${i * 2}`, entry(`k${i * 2}`, 0));
        const sorted = new SortedEntries([...model.values()]);
        const snapshots: Array<{ view: SortedView; keys: string }> = [];
        changes.forEach(({ key: number, remove, snapshot }, revision) => {
          const key = `k${number}`;
          if (remove) {
            sorted.delete(key);
            model.delete(key);
          } else {
            sorted.set(entry(key, revision));
            model.set(key, entry(key, revision));
          }
          if (snapshot === 0) snapshots.push({ view: sorted.snapshot(), keys: textOf(model) });
        });
        const all = sorted.view();
        const expected = [...model.keys()].sort();
        const start = all.position('k15');
        const end = all.position('k25');
        const between = expected.filter((key) => key >= 'k15' && key < 'k25');
        const okay =
          snapshots.every(({ view, keys }) => textOfView(view) === keys) &&
          textOfView(all) === textOf(model) &&
          all.size === model.size &&
          all.count(start, end) === between.length &&
          all
            .slice(start, end, 7)
            .map(({ key }) => key)
            .join() === between.slice(0, 7).join() &&
          [...all.between(start, end)].map(({ key }) => key).join() === between.join() &&
          expected.every((key) => all.get(key)?.revision === model.get(key)?.revision) &&
          all.get('k') === undefined &&
          all.chunks.every((chunk) => chunk.length > 0 && chunk.length <= 512);
        return okay;
      },
    ),
    { numRuns: 25 },
  );
  t.pass();
});

function textOf(model: ReadonlyMap<string, CacheEntry>): string {
  return [...model.values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, revision }) => `${key}@${revision}`)
    .join();
}

function textOfView(view: SortedView): string {
  const end = { chunk: view.chunks.length, offset: 0 };
  return view
    .slice({ chunk: 0, offset: 0 }, end, Number.POSITIVE_INFINITY)
    .map(({ key, revision }) => `${key}@${revision}`)
    .join();
}

test('labels are found in any JSON as parsing finds them', (t) => {
  const text = fc.oneof(fc.string(), fc.constantFrom('"labels":{', '\\', '"', '{}', 'labels', '"},"labels":{"a":"b"'));
  const labels = fc.option(fc.dictionary(text, text), { nil: undefined });
  fc.assert(
    fc.property(
      fc.jsonValue(),
      labels,
      text,
      fc.dictionary(text, fc.jsonValue()),
      fc.boolean(),
      (any, own, odd, rest, first) => {
        const { labels: _labels, ...others } = rest;
        const metadata = first
          ? { labels: own, odd, any, ...others }
          : { odd, any, managedFields: [{ 'f:labels': { labels: { x: 'y' } } }], ...others, labels: own };
        const json = Buffer.from(
          JSON.stringify({ metadata, labels: { not: 'these' }, spec: { labels: { nor: 'these' } } }),
        );
        const found = labelsText(json, '{"metadata":{'.length);
        return found === (own === undefined ? '' : JSON.stringify(own));
      },
    ),
    { numRuns: 500 },
  );
  t.is(labelsText(Buffer.from('"name":"a","labels":null},"spec":{}}'), 0), '');
  t.is(labelsText(Buffer.from('"name" : "a"'), 0), undefined);
  t.is(labelsText(Buffer.from('"name":"a'), 0), undefined);
});

test('the ring keeps the newest events within its limits, and its floor says how far it reaches back', (t) => {
  const limits = { ringMinEvents: 3, ringMaxEvents: 100, ringMaxBytes: 1000, ringWindow: 50 };
  const ring = new EventRing(10, limits);
  const push = (revision: number, time: number, bytes = 0): void => {
    const previous = new CacheEntry('k', '', revision - 1, Buffer.alloc(bytes));
    ring.push({ revision, deleted: false, object: entry('k', revision), previous, time });
  };
  for (let i = 11; i <= 2000; i++) push(i, 0);
  t.is(ring.size, 100);
  t.is(ring.floor, 1900);
  t.deepEqual(
    [...ring.after(1997)].map(({ revision }) => revision),
    [1998, 1999, 2000],
  );
  t.deepEqual(
    [...ring.backTo(1998)].map(({ revision }) => revision),
    [2000, 1999],
  );
  push(2001, 60);
  t.is(ring.size, 3, 'old ones go, but for the fewest');
  push(2002, 60, 600);
  push(2003, 60, 600);
  t.is(ring.size, 1, 'bytes count before numbers');
  t.is(ring.bytes, 600);
  t.is(ring.floor, 2002);
});

test('index candidates are exactly the entries that can match, whatever changes', (t) => {
  const attributes = new ObjectAttributes(podResource);
  const indexes = new SelectiveIndexes(attributes, defaultLimits);
  const sorted = new SortedEntries();
  const model = new Map<string, CacheEntry>();
  let state = 7;
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  for (let revision = 1; revision < 6000; revision++) {
    const key = `${podResource.prefix}ns/p${random(900)}`;
    const previous = model.get(key);
    const labels = random(4) === 0 ? undefined : { app: `a${random(30)}` };
    const object =
      random(5) === 0
        ? undefined
        : entryOf(podResource, { key, revision, value: podValue(key, { labels, node: `n${random(40)}` }) }, 'ns');
    if (object === undefined) {
      model.delete(key);
      sorted.delete(key);
    } else {
      model.set(key, object);
      sorted.set(object);
    }
    indexes.replace(previous, object);
    if (revision % 97 !== 0) continue;
    const selector = selectorOf(random(2) === 0 ? `app=a${random(30)}` : `spec.nodeName=n${random(40)},app=a1|a2|a3`);
    const found = indexes.candidates(selector, sorted, sorted.size, revision);
    if (sorted.size < 64) continue;
    const matching = [...model.values()]
      .filter((item) => attributes.matches(selector, item))
      .map((item) => item.key)
      .sort();
    t.deepEqual(
      found?.filter((item) => attributes.matches(selector, item)).map((item) => item.key),
      matching,
    );
  }
  t.is(indexes.size, 2);
});

test('objects with the same labels share one set', (t) => {
  const attributes = new ObjectAttributes(podResource);
  const [first, second] = ['p1', 'p2'].map((name) => {
    const key = `${podResource.prefix}ns/${name}`;
    return attributes.labels(
      entryOf(podResource, { key, revision: 1, value: podValue(key, { labels: { app: 'x' } }) }, 'ns'),
    );
  });
  t.is(first, second);
});
