/** What several servers on one database must do, with foreign sessions and poolers in the way. */
import { RevisionConflict } from '../errors.ts';
import { historyOf } from './histories.ts';
import type { DefineStoresTest } from './contract-case.ts';
import { bytes, RecordingSink, watchNow } from './recording-sink.ts';
import { startTransactionPooler } from './transaction-pooler.ts';

export function databaseSharingCases(storesTest: DefineStoresTest): void {
  storesTest('servers that start at the same time agree on one schema', async (t, { open }) => {
    const storages = await Promise.all([open(), open(), open()]);
    const revisions = await Promise.all(storages.map((storage) => storage.currentRevision()));
    t.is(new Set(revisions).size, 1);
  });

  storesTest(
    'watchers of all servers see the same ordered events, whatever foreign transactions do',
    async (t, { open, schema, signal, database }) => {
      const storages = await Promise.all([open(), open(), open()]);
      const sinks = await Promise.all(storages.map((storage) => watchNow(storage, '/', signal)));
      const start = await storages[0]?.currentRevision();
      // One holds its snapshot and its table locks throughout, another writes like a server and aborts, over and over.
      const holder = await database.connect();
      await holder.query(`begin isolation level repeatable read; select count(*) from "${schema}".log`);
      const aborter = await database.connect();
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
    },
  );

  storesTest('a write acknowledged by one server is in the next read of another', async (t, { open }) => {
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
  });

  storesTest('without notifications events arrive by polling', async (t, { open, signal, proxy, through }) => {
    const faults = await proxy();
    faults.dropNotifications = true;
    const [writer, watcher] = await Promise.all([open(), open(through(faults))]);
    const sink = await watchNow(watcher, '/', signal);
    for (let round = 0; round < 5; round++) {
      await sink.reached((await writer.create(`/${round}`, bytes('x'))).revision);
    }
    t.is(sink.received.length, 5);
  });

  storesTest(
    "a transaction pooler, where no session is one's own, gives the same histories",
    async (t, { open, signal, database }) => {
      const { host, user, database: name } = database.server.connection;
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
    },
  );

  storesTest(
    'history is dropped when all of it is compacted, and a reader in the way does not stall anybody',
    async (t, { open, schema, database }) => {
      const storage = await open();
      const admin = await database.connect();
      const rows = async () => (await admin.query(`select from "${schema}".log`)).rowCount ?? 0;
      const reader = await database.connect();
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
    },
  );
}
