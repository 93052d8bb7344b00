/** What every storage implementation must do, one named case each. Run it against a new one: it is done when it passes. */
import type { ExecutionContext } from 'ava';
import {
  Compacted,
  FutureRevision,
  InvalidKey,
  InvalidValue,
  KeyExists,
  KeyNotFound,
  RevisionConflict,
  TooLarge,
  Unavailable,
} from '../errors.ts';
import type { Storage } from '../interface.ts';
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../limits.ts';
import { checkConcurrentHistories, checkSequentialHistories } from './histories.ts';
import { bytes, describeEvent, RecordingSink, text, watchNow } from './recording-sink.ts';

/** ava's `test` or `test.serial`. */
export type DefineTest = (claim: string, check: (t: ExecutionContext) => Promise<void>) => void;

export interface StorageContractOptions {
  /** Random histories to try; the seed is printed when one fails. */
  readonly histories?: number;
}

/** `makeStorage` returns an empty store each time; the suite closes it. */
export function storageContract(
  test: DefineTest,
  name: string,
  makeStorage: () => Promise<Storage>,
  { histories = 25 }: StorageContractOptions = {},
): void {
  const storageTest = (
    claim: string,
    check: (t: ExecutionContext, storage: Storage, signal: AbortSignal) => Promise<void>,
  ) =>
    test(`${name}: ${claim}`, async (t) => {
      const storage = await makeStorage();
      const stop = new AbortController();
      try {
        await check(t, storage, stop.signal);
      } finally {
        stop.abort();
        await storage.close();
      }
    });

  storageTest('an empty store is at revision 1 or later and holds nothing', async (t, storage) => {
    const revision = await storage.currentRevision();
    t.true(revision >= 1);
    t.deepEqual(await storage.list(''), { items: [], revision, more: false });
    t.is(await storage.get('/absent'), undefined);
  });

  storageTest('a created key is read back with the revision of its write', async (t, storage) => {
    const before = await storage.currentRevision();
    const { revision } = await storage.create('/a', bytes('one'));
    t.true(revision > before);
    const item = await storage.get('/a');
    t.is(text(item?.value), 'one');
    t.is(item?.key, '/a');
    t.is(item?.revision, revision);
  });

  storageTest('create of a key that exists is refused with KeyExists', async (t, storage) => {
    await storage.create('/a', bytes('one'));
    const error = await t.throwsAsync(storage.create('/a', bytes('two')), { instanceOf: KeyExists });
    t.is(error.key, '/a');
    t.is(text((await storage.get('/a'))?.value), 'one');
  });

  storageTest('update replaces the value only at the expected revision', async (t, storage) => {
    const created = await storage.create('/a', bytes('one'));
    const updated = await storage.update('/a', bytes('two'), created.revision);
    t.true(updated.revision > created.revision);
    const conflict = await t.throwsAsync(storage.update('/a', bytes('three'), created.revision), {
      instanceOf: RevisionConflict,
    });
    t.is(conflict.current.key, '/a');
    t.is(conflict.current.revision, updated.revision);
    t.is(text(conflict.current.value), 'two');
    const missing = await t.throwsAsync(storage.update('/b', bytes('x'), 1), { instanceOf: KeyNotFound });
    t.is(missing.key, '/b');
  });

  storageTest('delete removes the key only at the expected revision', async (t, storage) => {
    const { revision } = await storage.create('/a', bytes('one'));
    const conflict = await t.throwsAsync(storage.delete('/a', revision + 1), { instanceOf: RevisionConflict });
    t.is(conflict.current.revision, revision);
    t.is(text(conflict.current.value), 'one');
    const deleted = await storage.delete('/a', revision);
    t.true(deleted.revision > revision);
    t.is(await storage.get('/a'), undefined);
    await t.throwsAsync(storage.delete('/a', revision), { instanceOf: KeyNotFound });
    const again = await storage.create('/a', bytes('two'));
    t.true(again.revision > deleted.revision);
  });

  storageTest('a failed write draws no revision and makes no event', async (t, storage, signal) => {
    const { revision } = await storage.create('/a', bytes('one'));
    const sink = await watchNow(storage, '/', signal);
    await t.throwsAsync(storage.create('/a', bytes('x')), { instanceOf: KeyExists });
    await t.throwsAsync(storage.update('/a', bytes('x'), revision + 7), { instanceOf: RevisionConflict });
    await t.throwsAsync(storage.delete('/b', revision), { instanceOf: KeyNotFound });
    t.is(await storage.currentRevision(), revision);
    const next = await storage.create('/b', bytes('two'));
    await sink.reached(next.revision);
    t.deepEqual(sink.lines, [`put /b ${next.revision}<0 two`]);
  });

  storageTest('values and keys come back byte for byte', async (t, storage) => {
    const values = ['', '{}', `"\\'\n\t{},NULL"`, 'ä€😀\u{FFFF}', 'x'.repeat(9_000), 'y€'.repeat(700_000)];
    const key = `/k/ä€😀 "'\\%_{}/`;
    for (const [index, value] of values.entries()) {
      await storage.create(`${key}${index}`, bytes(value));
    }
    const { items } = await storage.list(key);
    t.deepEqual(
      items.map((item) => item.key),
      values.map((_, index) => `${key}${index}`),
    );
    for (const [index, item] of items.entries()) {
      t.true(text(item.value) === values[index], `value ${index}`);
      t.true(text((await storage.get(item.key))?.value) === values[index], `value ${index} by get`);
    }
  });

  storageTest('what cannot be stored is refused and harms nothing else', async (t, storage) => {
    for (const key of ['', 'a\0b', '\ud800', `/${'k'.repeat(MAX_KEY_BYTES)}`, '/€\u{10FFFF}']) {
      await t.throwsAsync(storage.create(key, bytes('x')), { instanceOf: InvalidKey }, JSON.stringify(key));
      t.is(await storage.get(key), undefined);
    }
    await t.throwsAsync(storage.create('/a', Uint8Array.of(0x61, 0)), { instanceOf: InvalidValue });
    await t.throwsAsync(storage.create('/a', Uint8Array.of(0xff)), { instanceOf: InvalidValue });
    await t.throwsAsync(storage.create('/a', new Uint8Array(MAX_VALUE_BYTES + 1)), { instanceOf: TooLarge });
    await storage.create(`/${'k'.repeat(MAX_KEY_BYTES - 1)}`, bytes('x'));
    for (const odd of ['\0', '/\ud800', '\u{10FFFF}']) {
      t.deepEqual((await storage.list(odd)).items, [], JSON.stringify(odd));
      t.is((await storage.list('/', { startAfter: `/k\0${odd}` })).items.length, 1);
    }
    t.is((await storage.list('')).items.length, 1);
  });

  storageTest('names of object properties are keys like any other', async (t, storage, signal) => {
    const sink = await watchNow(storage, '__proto__', signal);
    const { revision } = await storage.create('__proto__', bytes('1'));
    await storage.create('constructor', bytes('2'));
    await sink.reached(revision);
    t.is(text((await storage.get('__proto__'))?.value), '1');
    t.is(sink.received.length, 1);
  });

  storageTest('list returns the keys of a prefix in byte order', async (t, storage) => {
    const keys = [
      '/a',
      '/a-b',
      '/a/',
      '/a/Z',
      '/a/b',
      '/a/b/c',
      '/a/z',
      '/a/é',
      '/a/\uff5e',
      '/a/\u{1f600}',
      '/a0',
      '/b',
    ];
    await Promise.all(keys.toReversed().map((key) => storage.create(key, bytes(key))));
    const listed = async (prefix: string) => (await storage.list(prefix)).items.map((item) => item.key);
    t.deepEqual(
      await listed(''),
      keys.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))),
    );
    t.deepEqual(await listed('/a/'), keys.slice(2, 10));
    t.deepEqual(await listed('/a/b'), ['/a/b', '/a/b/c']);
    t.deepEqual(await listed('/c'), []);
  });

  storageTest('list in pages gives each key once, and says when there is more', async (t, storage) => {
    for (let index = 0; index < 7; index++) {
      await storage.create(`/p/${index}`, bytes(String(index)));
    }
    await storage.create('/q', bytes('other'));
    const seen: string[] = [];
    let startAfter: string | undefined;
    for (const expected of [3, 3, 1]) {
      const page = await storage.list('/p/', { limit: 3, startAfter });
      t.is(page.items.length, expected);
      t.is(page.more, expected === 3);
      seen.push(...page.items.map((item) => text(item.value) ?? ''));
      startAfter = page.items.at(-1)?.key;
    }
    t.is(seen.join(''), '0123456');
    t.false((await storage.list('/p/', { limit: 7 })).more);
    t.is((await storage.list('/p/', { limit: 0 })).items.length, 7);
  });

  storageTest('list at a revision shows the state as it was', async (t, storage) => {
    const a1 = await storage.create('/a', bytes('a1'));
    const b1 = await storage.create('/b', bytes('b1'));
    const a2 = await storage.update('/a', bytes('a2'), a1.revision);
    const b2 = await storage.delete('/b', b1.revision, bytes('b-last'));
    const c1 = await storage.create('/c', bytes('c1'));
    const b3 = await storage.create('/b', bytes('b3'));
    const a3 = await storage.update('/a', bytes('a3'), a2.revision);
    const at = async (revision: number, limit?: number) => {
      const range = await storage.list('/', { revision, limit });
      t.is(range.revision, revision);
      return range.items.map((item) => `${text(item.value)}@${item.revision}`).join(' ') + (range.more ? ' …' : '');
    };
    t.is(await at(a1.revision), `a1@${a1.revision}`);
    t.is(await at(b1.revision), `a1@${a1.revision} b1@${b1.revision}`);
    t.is(await at(a2.revision), `a2@${a2.revision} b1@${b1.revision}`);
    t.is(await at(b2.revision), `a2@${a2.revision}`);
    t.is(await at(c1.revision), `a2@${a2.revision} c1@${c1.revision}`);
    t.is(await at(b3.revision), `a2@${a2.revision} b3@${b3.revision} c1@${c1.revision}`);
    t.is(await at(a3.revision), `a3@${a3.revision} b3@${b3.revision} c1@${c1.revision}`);
    t.is(await at(b3.revision, 2), `a2@${a2.revision} b3@${b3.revision} …`);
    t.is(await at(a2.revision, 1), `a2@${a2.revision} …`);
    await t.throwsAsync(storage.list('/', { revision: a3.revision + 1 }), { instanceOf: FutureRevision });
  });

  storageTest('pages at one revision agree although writes go on', async (t, storage) => {
    const revisions = new Map<string, number>();
    for (let index = 0; index < 20; index++) {
      const key = `/p/${String(index).padStart(2, '0')}`;
      revisions.set(key, (await storage.create(key, bytes('old'))).revision);
    }
    const first = await storage.list('/p/', { limit: 6 });
    const keys = first.items.map((item) => item.key);
    let page = first;
    while (page.more) {
      for (const [key, revision] of [...revisions].slice(keys.length - 2, keys.length + 3)) {
        await storage.delete(key, revision);
        revisions.delete(key);
      }
      await storage.create(`/p/${keys.length}-new`, bytes('new'));
      page = await storage.list('/p/', { limit: 6, startAfter: keys.at(-1), revision: first.revision });
      keys.push(...page.items.map((item) => item.key));
      t.true(page.items.every((item) => text(item.value) === 'old'));
    }
    t.is(keys.length, 20);
  });

  storageTest('history before the compacted revision is refused, at it and after it is whole', async (t, storage) => {
    const a1 = await storage.create('/a', bytes('a1'));
    const b1 = await storage.create('/b', bytes('b1'));
    const c1 = await storage.create('/c', bytes('c1'));
    await storage.compact(c1.revision);
    t.is(storage.status().compactedRevision, c1.revision);
    const a2 = await storage.update('/a', bytes('a2'), a1.revision);
    const b2 = await storage.delete('/b', b1.revision, bytes('b-last'));
    const old = await t.throwsAsync(storage.list('/', { revision: b1.revision }), { instanceOf: Compacted });
    t.is(old.compactedRevision, c1.revision);
    const at = async (revision: number) =>
      (await storage.list('/', { revision })).items.map((item) => `${text(item.value)}@${item.revision}`).join(' ');
    t.is(await at(c1.revision), `a1@${a1.revision} b1@${b1.revision} c1@${c1.revision}`);
    t.is(await at(a2.revision), `a2@${a2.revision} b1@${b1.revision} c1@${c1.revision}`);
    t.is(await at(b2.revision), `a2@${a2.revision} c1@${c1.revision}`);
  });

  storageTest('many compactions in a row lose nothing that is current or newer', async (t, storage) => {
    let { revision } = await storage.create('/hot', bytes('0'));
    const cold = await storage.create('/cold', bytes('cold'));
    for (let round = 1; round <= 9; round++) {
      await storage.compact(await storage.currentRevision());
      const before = revision;
      const beforeAll = await storage.currentRevision();
      ({ revision } = await storage.update('/hot', bytes(String(round)), revision));
      const old = await storage.list('/', { revision: beforeAll });
      t.deepEqual(
        old.items.map((item) => `${text(item.value)}@${item.revision}`),
        [`cold@${cold.revision}`, `${round - 1}@${before}`],
      );
    }
    t.is(text((await storage.get('/cold'))?.value), 'cold');
  });

  storageTest(
    'compact below what is compacted already changes nothing, and above the newest is refused',
    async (t, storage) => {
      const first = await storage.create('/a', bytes('1'));
      const second = await storage.update('/a', bytes('2'), first.revision);
      await storage.compact(second.revision);
      await storage.compact(first.revision);
      t.is(storage.status().compactedRevision, second.revision);
      await t.throwsAsync(storage.compact(second.revision + 1), { instanceOf: FutureRevision });
      t.is(text((await storage.get('/a'))?.value), '2');
    },
  );

  storageTest('of concurrent updates from one revision exactly one wins', async (t, storage) => {
    const { revision } = await storage.create('/a', bytes('start'));
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => storage.update('/a', bytes(String(index)), revision)),
    );
    const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
    t.is(won.length, 1);
    t.is(text((await storage.get('/a'))?.value), String(won[0]));
    for (const result of results) {
      t.true(result.status === 'fulfilled' || result.reason instanceof RevisionConflict);
    }
  });

  storageTest('of concurrent creates of one key exactly one wins', async (t, storage) => {
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => storage.create('/a', bytes(String(index)))),
    );
    t.is(results.filter((result) => result.status === 'fulfilled').length, 1);
    t.true(results.every((result) => result.status === 'fulfilled' || result.reason instanceof KeyExists));
  });

  storageTest(
    'commit order is revision order: concurrent writes have distinct revisions, and events come in order',
    async (t, storage, signal) => {
      const sink = await watchNow(storage, '/', signal);
      const commits = await Promise.all(
        Array.from({ length: 300 }, (_, index) => storage.create(`/k/${index}`, bytes(String(index)))),
      );
      const revisions = commits.map((commit) => commit.revision).sort((a, b) => a - b);
      t.is(new Set(revisions).size, 300);
      await sink.reached(revisions.at(-1) ?? 0);
      t.deepEqual(
        sink.received.map((event) => event.revision),
        revisions,
      );
    },
  );

  storageTest("a write's event is with the sink before the write resolves", async (t, storage, signal) => {
    const sink = await watchNow(storage, '/a/', signal);
    const one = await storage.create('/a/1', bytes('1'));
    t.is(sink.received.at(-1)?.revision, one.revision);
    const two = await storage.update('/a/1', bytes('2'), one.revision);
    t.is(sink.received.at(-1)?.revision, two.revision);
    const three = await storage.delete('/a/1', two.revision);
    t.is(sink.received.at(-1)?.revision, three.revision);
    const other = await storage.create('/b', bytes('x'));
    t.is(sink.upTo, other.revision);
    t.is(sink.received.length, 3);
  });

  storageTest('events carry value, revision and the revision they replaced', async (t, storage, signal) => {
    const sink = await watchNow(storage, '/', signal);
    const a1 = await storage.create('/a', bytes('a1'));
    const a2 = await storage.update('/a', bytes('a2'), a1.revision);
    const a3 = await storage.delete('/a', a2.revision);
    const b1 = await storage.create('/b', bytes('b1'));
    const b2 = await storage.delete('/b', b1.revision, bytes('b-last'));
    await sink.reached(b2.revision);
    t.deepEqual(sink.lines, [
      `put /a ${a1.revision}<0 a1`,
      `put /a ${a2.revision}<${a1.revision} a2`,
      `delete /a ${a3.revision}<${a2.revision} a2`,
      `put /b ${b1.revision}<0 b1`,
      `delete /b ${b2.revision}<${b1.revision} b-last`,
    ]);
  });

  storageTest('watch from an older revision replays what came after it, of its prefix', async (t, storage, signal) => {
    const a1 = await storage.create('/a/1', bytes('1'));
    const b1 = await storage.create('/b/1', bytes('1'));
    const a2 = await storage.update('/a/1', bytes('2'), a1.revision);
    const deleted = await storage.delete('/b/1', b1.revision);
    const sink = new RecordingSink();
    await storage.watch('/a/', a1.revision, sink, signal);
    const a3 = await storage.create('/a/2', bytes('3'));
    await sink.reached(a3.revision);
    t.deepEqual(sink.lines, [`put /a/1 ${a2.revision}<${a1.revision} 2`, `put /a/2 ${a3.revision}<0 3`]);
    const all = new RecordingSink();
    await storage.watch('', b1.revision, all, signal);
    await all.reached(a3.revision);
    t.deepEqual(
      all.received.map((event) => event.revision),
      [a2.revision, deleted.revision, a3.revision],
    );
  });

  storageTest('watches match any prefix, not only whole path segments', async (t, storage, signal) => {
    const prefixes = ['', '/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', 'x'];
    const keys = ['/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/a/bc', '/ab', '/b', 'x/y'];
    const sinks = await Promise.all(prefixes.map((prefix) => watchNow(storage, prefix, signal)));
    const commits = await Promise.all(keys.map((key) => storage.create(key, bytes('1'))));
    const last = Math.max(...commits.map((commit) => commit.revision));
    for (const [index, prefix] of prefixes.entries()) {
      await sinks[index]?.reached(last);
      t.deepEqual(
        sinks[index]?.received.map((event) => event.key).sort(),
        keys.filter((key) => key.startsWith(prefix)).sort(),
        prefix,
      );
    }
  });

  storageTest('watches that start while writes go on see every event once', async (t, storage, signal) => {
    const start = await storage.currentRevision();
    const all = new RecordingSink();
    await storage.watch('/', start, all, signal);
    const late: RecordingSink[] = [];
    let running = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      let last = 0;
      for (let index = 0; index < 60; index++) {
        last = (await storage.create(`/k/${writer}/${index}`, bytes('x'))).revision;
      }
      return last;
    });
    const starter = (async () => {
      while (running) {
        const sink = new RecordingSink();
        await storage.watch('/', start, sink, signal);
        late.push(sink);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const last = Math.max(...(await Promise.all(writers)));
    running = false;
    await starter;
    await Promise.all([all, ...late].map((sink) => sink.reached(last)));
    t.is(all.received.length, 240);
    const expected = all.received.map(describeEvent).join('\n');
    t.true(late.every((sink) => sink.received.map(describeEvent).join('\n') === expected));
    t.true(late.length > 0);
  });

  storageTest('a watch hears how far the stream is although nothing matches', async (t, storage, signal) => {
    const sink = await watchNow(storage, '/none/', signal);
    const { revision } = await storage.create('/a', bytes('x'));
    await sink.reached(revision);
    t.is(sink.upTo, revision);
    t.is(sink.received.length, 0);
  });

  storageTest('watch from a compacted or a future revision is refused', async (t, storage, signal) => {
    const first = await storage.create('/a', bytes('1'));
    const second = await storage.update('/a', bytes('2'), first.revision);
    await storage.compact(second.revision);
    const sink = new RecordingSink();
    const compacted = await t.throwsAsync(storage.watch('/', first.revision, sink, signal), { instanceOf: Compacted });
    t.is(compacted.compactedRevision, second.revision);
    await t.throwsAsync(storage.watch('/', 0, sink, signal), { instanceOf: Compacted });
    await t.throwsAsync(storage.watch('/', second.revision + 1, sink, signal), { instanceOf: FutureRevision });
    await storage.watch('/', second.revision, sink, signal);
    const third = await storage.update('/a', bytes('3'), second.revision);
    await sink.reached(third.revision);
    t.deepEqual(sink.lines, [`put /a ${third.revision}<${second.revision} 3`]);
  });

  storageTest('compaction does not disturb a watch that is up to date', async (t, storage, signal) => {
    const sink = await watchNow(storage, '/', signal);
    for (let round = 0; round < 5; round++) {
      const { revision } = await storage.create(`/${round}`, bytes('x'));
      await storage.compact(revision);
    }
    t.is(sink.received.length, 5);
    t.deepEqual(sink.failures, []);
  });

  storageTest('an aborted watch hears nothing more', async (t, storage) => {
    const stop = new AbortController();
    const sink = await watchNow(storage, '/', stop.signal);
    await storage.create('/a', bytes('1'));
    stop.abort();
    await storage.create('/b', bytes('2'));
    t.deepEqual(
      sink.received.map((event) => event.key),
      ['/a'],
    );
    t.deepEqual(sink.failures, []);
    const never = new RecordingSink();
    await storage.watch('/', 1, never, AbortSignal.abort());
    t.is(never.received.length, 0);
  });

  storageTest('a sink that throws ends its own watch and no other', async (t, storage, signal) => {
    const bad = new RecordingSink();
    bad.events = () => {
      throw new Error('sink is broken');
    };
    await storage.watch('/', await storage.currentRevision(), bad, signal);
    const good = await watchNow(storage, '/', signal);
    await storage.create('/a', bytes('1'));
    const { revision } = await storage.create('/b', bytes('2'));
    await good.reached(revision);
    t.is(good.received.length, 2);
    t.deepEqual(
      bad.failures.map((error) => error.message),
      ['sink is broken'],
    );
  });

  storageTest('a sink may start and end watches while it is called', async (t, storage, signal) => {
    const inner = new RecordingSink();
    const outer = new RecordingSink();
    const started: Promise<void>[] = [];
    const record = outer.events.bind(outer);
    outer.events = (events, upTo) => {
      record(events, upTo);
      if (started.length === 0) {
        started.push(storage.watch('/', upTo, inner, signal));
      }
    };
    await storage.watch('/', await storage.currentRevision(), outer, signal);
    const first = await storage.create('/a', bytes('1'));
    await Promise.all(started);
    const second = await storage.create('/b', bytes('2'));
    await inner.reached(second.revision);
    t.deepEqual(
      inner.received.map((event) => event.revision),
      [second.revision],
    );
    t.true(outer.received[0]?.revision === first.revision);
  });

  storageTest('currentRevision is at or above every write acknowledged before', async (t, storage) => {
    for (let round = 0; round < 20; round++) {
      const commits = await Promise.all([0, 1, 2].map((index) => storage.create(`/${round}/${index}`, bytes('x'))));
      const newest = Math.max(...commits.map((commit) => commit.revision));
      const answers = await Promise.all([1, 2, 3, 4].map(() => storage.currentRevision()));
      t.true(answers.every((answer) => answer === newest));
    }
  });

  storageTest(
    'close finishes accepted writes, ends watches and refuses what comes later',
    async (t, storage, signal) => {
      const sink = await watchNow(storage, '/', signal);
      const writes = Array.from({ length: 20 }, (_, index) => storage.create(`/${index}`, bytes('x')));
      const closed = storage.close();
      t.is((await Promise.all(writes)).length, 20);
      await closed;
      t.true((await sink.failed()) instanceof Unavailable);
      t.is(sink.received.length, 20);
      t.is(sink.failures.length, 1);
      t.false(storage.status().available);
      const later = [
        () => storage.get('/1'),
        () => storage.list('/'),
        () => storage.create('/x', bytes('x')),
        () => storage.update('/1', bytes('x'), 1),
        () => storage.delete('/1', 1),
        () => storage.watch('/', 1, sink, signal),
        () => storage.currentRevision(),
        () => storage.compact(1),
      ];
      for (const call of later) {
        await t.throwsAsync(call, { instanceOf: Unavailable });
      }
      await storage.close();
    },
  );

  storageTest('random operations one after the other give the history that memory gives', async (t, storage) => {
    await checkSequentialHistories(storage, histories);
    t.pass();
  });

  storageTest('random concurrent operations give a history that memory can replay', async (t, storage) => {
    await checkConcurrentHistories(storage, histories);
    t.pass();
  });
}
