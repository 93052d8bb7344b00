/** What several servers on one database must do, with foreign sessions in the way. */
import { Compacted, RevisionConflict, type StorageError, Unavailable } from '../errors.ts';
import type { Storage } from '../interface.ts';
import { bumpEpoch } from '../postgres/epoch.ts';
import type { PostgresStorageOptions } from '../postgres/options.ts';
import { createPostgresStorage } from '../postgres/postgres-storage.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { historyOf } from './histories.ts';
import { bytes, RecordingSink, text, watchNow } from './recording-sink.ts';
import type { DefineTest } from './storage-contract.ts';
import { startTransactionPooler } from './transaction-pooler.ts';
import type { TestDatabase } from './test-database.ts';

export function multiServerContract(test: DefineTest, name: string, database: () => TestDatabase): void {
  /** Opens stores on one schema and closes them afterwards. */
  const withStores = async (
    work: (context: {
      open: (options?: Partial<PostgresStorageOptions>) => Promise<Storage>;
      schema: string;
      signal: AbortSignal;
      proxy: () => Promise<FaultProxy>;
    }) => Promise<void>,
  ) => {
    const store = database().newStore();
    const stop = new AbortController();
    const opened: Storage[] = [];
    const proxies: FaultProxy[] = [];
    try {
      await work({
        open: async (options) => {
          const storage = await createPostgresStorage({ ...store, ...options });
          opened.push(storage);
          return storage;
        },
        schema: store.schema,
        signal: stop.signal,
        proxy: async () => {
          const proxy = await startFaultProxy(`${database().server.connection.host}/.s.PGSQL.5432`);
          proxies.push(proxy);
          return proxy;
        },
      });
    } finally {
      stop.abort();
      await Promise.all(opened.map((storage) => storage.close()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  };
  const through = (proxy: FaultProxy): Partial<PostgresStorageOptions> => ({
    connection: { ...database().server.connection, host: proxy.host, port: proxy.port },
  });

  test(`${name}: servers that start at the same time agree on one schema`, (t) =>
    withStores(async ({ open }) => {
      const storages = await Promise.all([open(), open(), open()]);
      const revisions = await Promise.all(storages.map((storage) => storage.currentRevision()));
      t.is(new Set(revisions).size, 1);
    }));

  test(`${name}: watchers of all servers see the same ordered events, whatever foreign transactions do`, (t) =>
    withStores(async ({ open, schema, signal }) => {
      const storages = await Promise.all([open(), open(), open()]);
      const sinks = await Promise.all(storages.map((storage) => watchNow(storage, '/', signal)));
      const start = await storages[0]?.currentRevision();
      // One holds its snapshot and its table locks throughout, another writes like a server and aborts, over and over.
      const holder = await database().connect();
      await holder.query(`begin isolation level repeatable read; select count(*) from "${schema}".log`);
      const aborter = await database().connect();
      let running = true;
      const aborting = (async () => {
        while (running) {
          await aborter.query(`begin; insert into "${schema}".current values ('/aborted', 1, 'x')`);
          await aborter.query(
            `select * from "${schema}".commit_batch(1, array['/aborted/2'], array['x'], array[0], 'none', null)`,
          );
          await aborter.query('rollback');
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const shared = await storages[0]?.create('/shared', bytes('0'));
      let wins = 0;
      await Promise.all(
        storages.flatMap((storage, server) =>
          [0, 1, 2, 3].map(async (writer) => {
            let expected = shared?.revision ?? 0;
            for (let round = 0; round < 40; round++) {
              await storage.create(`/own/${server}/${writer}/${round}`, bytes('x'));
              try {
                expected = (await storage.update('/shared', bytes(`${server}.${writer}.${round}`), expected)).revision;
                wins++;
              } catch (error) {
                if (!(error instanceof RevisionConflict)) {
                  throw error;
                }
                expected = error.current.revision;
              }
            }
          }),
        ),
      );
      running = false;
      await aborting;
      const end = Math.max(...(await Promise.all(storages.map((storage) => storage.currentRevision()))));
      t.is(end - (start ?? 0), 1 + 3 * 4 * 40 + wins);
      await Promise.all(sinks.map((sink) => sink.reached(end)));
      const histories = sinks.map((sink) => historyOf(sink.received));
      t.is(sinks[0]?.received.length, 1 + 3 * 4 * 40 + wins);
      t.true(histories.every((history) => history === histories[0]));
      t.true(sinks.every((sink) => sink.failures.length === 0));
      await holder.query('rollback');
      await Promise.all([holder.end(), aborter.end()]);
    }));

  test(`${name}: a write acknowledged by one server is in the next read of another`, (t) =>
    withStores(async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (let round = 0; round < 30; round++) {
        const { revision } = await one.create(`/k/${round}`, bytes(String(round)));
        t.is(await other.currentRevision(), revision);
        t.is((await other.get(`/k/${round}`))?.revision, revision);
        t.is((await other.list('/k/')).items.length, round + 1);
        const sink = new RecordingSink();
        const stop = new AbortController();
        await other.watch('/k/', revision, sink, stop.signal);
        stop.abort();
      }
    }));

  test(`${name}: a watch ends with Compacted when history it has not seen is gone`, (t) =>
    withStores(async ({ open, signal, proxy }) => {
      const faults = await proxy();
      const [writer, cutOff] = await Promise.all([open(), open(through(faults))]);
      const sink = await watchNow(cutOff, '/', signal);
      faults.refuse = true;
      faults.cutAll();
      await t.throwsAsync(
        async () => {
          for (;;) {
            await cutOff.get('/a');
          }
        },
        { instanceOf: Unavailable },
      );
      t.false(cutOff.status().available);
      await writer.create('/a', bytes('1'));
      const { revision } = await writer.create('/b', bytes('2'));
      await writer.compact(revision);
      faults.refuse = false;
      const error = await sink.failed();
      t.true(error instanceof Compacted && error.compactedRevision === revision);
      t.deepEqual(sink.received, []);
      const next = new RecordingSink();
      await cutOff.watch('/', revision, next, signal);
      await next.reached((await writer.create('/c', bytes('3'))).revision);
      t.is(next.received.length, 1);
    }));

  test(`${name}: a watch outlives a broken connection and misses nothing`, (t) =>
    withStores(async ({ open, signal, proxy }) => {
      const faults = await proxy();
      const [writer, watcher] = await Promise.all([open(), open(through(faults))]);
      const sink = await watchNow(watcher, '/', signal);
      let last = 0;
      for (let round = 0; round < 8; round++) {
        faults.cutAll();
        for (let index = 0; index < 10; index++) {
          last = (await writer.create(`/${round}/${index}`, bytes('x'))).revision;
        }
        await sink.reached(last);
      }
      t.is(sink.received.length, 80);
      t.deepEqual(sink.failures, []);
    }));

  test(`${name}: without notifications events arrive by polling`, (t) =>
    withStores(async ({ open, signal, proxy }) => {
      const faults = await proxy();
      faults.dropNotifications = true;
      const [writer, watcher] = await Promise.all([open(), open(through(faults))]);
      const sink = await watchNow(watcher, '/', signal);
      for (let round = 0; round < 5; round++) {
        await sink.reached((await writer.create(`/${round}`, bytes('x'))).revision);
      }
      t.is(sink.received.length, 5);
    }));

  test(`${name}: a transaction pooler, where no session is one's own, gives the same histories`, (t) =>
    withStores(async ({ open, signal }) => {
      const { host, user, database: name } = database().server.connection;
      const pooler = await startTransactionPooler(`${host}/.s.PGSQL.5432`, { user, database: name, sessions: 3 });
      try {
        const connection = { host: pooler.host, port: pooler.port, user, database: name };
        const pooled = await Promise.all([open({ connection }), open({ connection })]);
        const direct = await open();
        const sinks = await Promise.all([...pooled, direct].map((storage) => watchNow(storage, '/', signal)));
        let last = 0;
        await Promise.all(
          [...pooled, direct].flatMap((storage, server) =>
            [0, 1, 2].map(async (writer) => {
              for (let index = 0; index < 25; index++) {
                const key = `/${server}/${writer}/${index}`;
                const { revision } = await storage.create(key, bytes('x'));
                last = Math.max(last, (await storage.update(key, bytes('y'), revision)).revision);
                await storage.get(key);
              }
            }),
          ),
        );
        await Promise.all(sinks.map((sink) => sink.reached(last)));
        t.is(sinks[0]?.received.length, 3 * 3 * 25 * 2);
        t.true(sinks.every((sink) => historyOf(sink.received) === historyOf(sinks[0]?.received ?? [])));
        await Promise.all(pooled.map((storage) => storage.close()));
      } finally {
        await pooler.close();
      }
    }));

  test(`${name}: a write whose answer is lost happens once, and its caller learns how it ended`, (t) =>
    withStores(async ({ open, signal, proxy }) => {
      const faults = await proxy();
      const [victim, witness] = await Promise.all([open(through(faults)), open()]);
      const sink = await watchNow(witness, '/', signal);
      const own = await watchNow(victim, '/', signal);
      let cuts = 0;
      let last = 0;
      const revisions = new Map<string, number>();
      for (let round = 0; round < 12; round++) {
        // Half of the time the database has seen the request, half of the time not.
        faults.onRequest = (message) => {
          if (!message.includes('/cut/')) {
            return 'pass';
          }
          faults.onRequest = undefined;
          cuts++;
          if (round % 2 === 1) {
            faults.cutAll();
          }
          return 'cut';
        };
        const results = await Promise.allSettled([
          victim.create(`/cut/${round}`, bytes('x')),
          victim.create(`/cut/same`, bytes('x')),
          victim.create(`/cut/${round}/b`, bytes('x')),
        ]);
        for (const [index, result] of results.entries()) {
          if (result.status === 'fulfilled') {
            revisions.set(`/cut/${['', 'same', '/b'][index]} ${round}`, result.value.revision);
            last = Math.max(last, result.value.revision);
          } else {
            t.is((result.reason as StorageError).name, 'KeyExists', `round ${round}`);
            t.true(index === 1 && round > 0);
          }
        }
      }
      t.is(cuts, 12);
      await Promise.all([sink.reached(last), own.reached(last)]);
      t.is(sink.received.length, 25);
      t.deepEqual(
        sink.received.map((event) => event.revision),
        [...revisions.values()].sort((a, b) => a - b),
      );
      t.is(historyOf(own.received), historyOf(sink.received));
    }));

  test(`${name}: calls fail fast while the database is away, and work again when it is back`, (t) =>
    withStores(async ({ open, proxy }) => {
      const faults = await proxy();
      const storage = await open(through(faults));
      await storage.create('/a', bytes('1'));
      faults.refuse = true;
      faults.cutAll();
      while (storage.status().available) {
        await storage.get('/a').catch(() => {});
      }
      t.not(storage.status().message, 'ok');
      const error = await t.throwsAsync(storage.create('/never', bytes('x')), { instanceOf: Unavailable });
      t.false(error.uncertain);
      await t.throwsAsync(storage.get('/a'), { instanceOf: Unavailable });
      await t.throwsAsync(storage.list('/'), { instanceOf: Unavailable });
      faults.refuse = false;
      while (!storage.status().available) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      t.is(text((await storage.get('/a'))?.value), '1');
      await storage.create('/b', bytes('2'));
    }));

  test(`${name}: sessions that the database ends are replaced unseen`, (t) =>
    withStores(async ({ open, signal }) => {
      const storage = await open({ applicationName: 'to be ended' });
      const sink = await watchNow(storage, '/', signal);
      const admin = await database().connect();
      const revisions: number[] = [];
      await Promise.all(
        [0, 1, 2, 3].map(async (writer) => {
          for (let index = 0; index < 50; index++) {
            revisions.push((await storage.create(`/${writer}/${index}`, bytes('x'))).revision);
            if (writer === 0 && index % 3 === 0) {
              await admin.query(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be ended'",
              );
            }
          }
        }),
      );
      await admin.end();
      await sink.reached(Math.max(...revisions));
      t.deepEqual(
        sink.received.map((event) => event.revision),
        revisions.sort((a, b) => a - b),
      );
    }));

  test(`${name}: after a restore old revisions are refused and watches end`, (t) =>
    withStores(async ({ open, schema, signal }) => {
      const storage = await open();
      const { revision } = await storage.create('/a', bytes('1'));
      const sink = await watchNow(storage, '/', signal);
      const bumped = await bumpEpoch({ connection: database().server.connection, schema });
      t.true(bumped > revision + 1_000_000);
      t.is(await storage.currentRevision(), bumped);
      t.true((await sink.failed()) instanceof Compacted);
      await t.throwsAsync(storage.watch('/', revision, sink, signal), { instanceOf: Compacted });
      await t.throwsAsync(storage.list('/', { revision }), { instanceOf: Compacted });
      t.is((await storage.list('/')).items[0]?.revision, revision);
      const next = await storage.update('/a', bytes('2'), revision);
      t.is(next.revision, bumped + 1);
      t.is((await storage.list('/', { revision: bumped })).items[0]?.revision, revision);
    }));

  test(`${name}: a restore that nobody has told of ends watches all the same`, (t) =>
    withStores(async ({ open, schema, signal }) => {
      const [storage, other] = await Promise.all([open({ applicationName: 'restored' }), open()]);
      for (let index = 0; index < 5; index++) {
        await storage.create(`/${index}`, bytes('x'));
      }
      const sink = await watchNow(storage, '/', signal);
      const last = await storage.create('/last', bytes('x'));
      t.is(sink.received.length, 1);
      // As if a backup from before the last three writes had been put back, and another server had written since.
      const admin = await database().connect();
      await admin.query(`delete from "${schema}".log where revision > ${last.revision - 3}`);
      await admin.query(`delete from "${schema}".current where revision > ${last.revision - 3}`);
      for (let index = 0; index < 6; index++) {
        await admin.query(
          `select * from "${schema}".commit_batch(7, array['/new/${index}'], array['x'], array[0], 'none', null)`,
        );
      }
      await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'restored'");
      await admin.end();
      t.true((await sink.failed()) instanceof Compacted);
      t.is(sink.received.length, 1);
      await other.close();
    }));

  test(`${name}: history is dropped when all of it is compacted, and a reader in the way does not stall anybody`, (t) =>
    withStores(async ({ open, schema }) => {
      const storage = await open();
      const admin = await database().connect();
      const rows = async () => (await admin.query(`select from "${schema}".log`)).rowCount ?? 0;
      const reader = await database().connect();
      const compactAll = async () => storage.compact(await storage.currentRevision());
      for (let index = 0; index < 30; index++) {
        await storage.create(`/${index}`, bytes('x'));
      }
      await reader.query(`begin; select count(*) from "${schema}".log`);
      await compactAll();
      t.is(await rows(), 30);
      await storage.create('/while-locked', bytes('x'));
      await reader.query('commit');
      await compactAll();
      t.true((await rows()) <= 1);
      t.is((await storage.list('/')).items.length, 31);
      await Promise.all([admin.end(), reader.end()]);
    }));
}
