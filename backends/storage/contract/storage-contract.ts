/** What every storage implementation must do, one named case each. Run it against a new one: it is done when it passes. */
import type { Storage } from '../interface.ts';
import type { DefineStorageTest, DefineTest } from './contract-case.ts';
import { checkConcurrentHistories, checkSequentialHistories } from './histories.ts';
import { listCases } from './list-cases.ts';
import { watchCases } from './watch-cases.ts';
import { writeCases } from './write-cases.ts';

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
  const storageTest: DefineStorageTest = (claim, check) =>
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

  writeCases(storageTest);
  listCases(storageTest);
  watchCases(storageTest);

  storageTest('random operations one after the other give the history that memory gives', async (t, storage) => {
    await checkSequentialHistories(storage, histories);
    t.pass();
  });

  storageTest('random concurrent operations give a history that memory can replay', async (t, storage) => {
    await checkConcurrentHistories(storage, histories);
    t.pass();
  });
}
