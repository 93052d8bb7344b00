/** Cases of the storage contract: single keys, compare-and-set, what cannot be stored, the end. */
import {
  InvalidKey,
  InvalidValue,
  KeyExists,
  KeyNotFound,
  RevisionConflict,
  TooLarge,
  Unavailable,
} from '../errors.ts';
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../limits.ts';
import { bytes, text, watchNow } from './recording-sink.ts';
import type { DefineStorageTest } from './contract-case.ts';

export function writeCases(storageTest: DefineStorageTest): void {
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
}
