import test from 'ava';
import { storageContract } from '../contract/storage-contract.ts';
import { Compacted } from '../errors.ts';
import { createMemoryStorage } from './memory-storage.ts';

storageContract(test, 'memory', async () => createMemoryStorage());

test('history reaches back an interval of compaction, and no further than a round of it more', async (t) => {
  let tick: (() => void) | undefined;
  const clock = {
    monotonic: () => 0,
    after(milliseconds: number, callback: () => void) {
      t.is(milliseconds, 250);
      tick = callback;
      return () => (tick = undefined);
    },
  };
  const storage = createMemoryStorage({ compactionInterval: 1000, clock });
  const round = async () => {
    tick?.();
    // The schedule's own steps are done once it has set its next timer.
    await new Promise(setImmediate);
  };
  const write = async (key: string) => (await storage.create(key, Buffer.from('x'))).revision;
  const old = await write('/a');
  await round();
  const recent = await write('/b');
  for (let more = 0; more < 4; more++) await round();
  t.is((await storage.list('/', { revision: old })).items.length, 1);
  await write('/c');
  await round();
  await t.throwsAsync(storage.list('/', { revision: old }), { instanceOf: Compacted });
  t.is((await storage.list('/', { revision: recent })).items.length, 2);
  await storage.close();
  t.is(tick, undefined);
});
