/** Cases for stores that several processes share, on a database that things happen to. */
import type { Storage } from '../interface.ts';
import { createPostgresStorage } from '../postgres/postgres-storage.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { DefineStoresTest, DefineTest } from './contract-case.ts';
import { outageCases } from './outage-cases.ts';
import { databaseSharingCases } from './database-sharing-cases.ts';
import type { TestDatabase } from './test-database.ts';

export function multiServerContract(test: DefineTest, name: string, database: () => TestDatabase): void {
  const storesTest: DefineStoresTest = (claim, check) =>
    test(`${name}: ${claim}`, async (t) => {
      const { connection } = database().server;
      const store = database().newStore();
      const stop = new AbortController();
      const opened: Storage[] = [];
      const proxies: FaultProxy[] = [];
      try {
        await check(t, {
          open: async (options) => {
            const storage = await createPostgresStorage({ ...store, ...options });
            opened.push(storage);
            return storage;
          },
          schema: store.schema,
          signal: stop.signal,
          database: database(),
          proxy: async () => {
            const proxy = await startFaultProxy(`${connection.host}/.s.PGSQL.5432`);
            proxies.push(proxy);
            return proxy;
          },
          through: ({ host, port }) => ({ connection: { ...connection, host, port } }),
        });
      } finally {
        stop.abort();
        await Promise.all(opened.map((storage) => storage.close()));
        await Promise.all(proxies.map((proxy) => proxy.close()));
      }
    });
  databaseSharingCases(storesTest);
  outageCases(storesTest);
}
