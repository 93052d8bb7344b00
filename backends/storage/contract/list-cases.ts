/** Cases of the storage contract: ranges, pages, older states, compaction. */
import { Compacted, FutureRevision } from '../errors.ts';
import { bytes, text } from './recording-sink.ts';
import type { DefineStorageTest } from './contract-case.ts';

export function listCases(storageTest: DefineStorageTest): void {
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
}
