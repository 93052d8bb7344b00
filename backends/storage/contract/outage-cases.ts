/** What a server must do when its database goes away, forgets, or loses an answer. */
import { Compacted, type StorageError, Unavailable } from '../errors.ts';
import { bumpEpoch } from '../postgres/epoch.ts';
import { historyOf } from './histories.ts';
import type { DefineStoresTest } from './contract-case.ts';
import { bytes, RecordingSink, text, watchNow } from './recording-sink.ts';

export function outageCases(storesTest: DefineStoresTest): void {
  storesTest(
    'a watch ends with Compacted when history it has not seen is gone',
    async (t, { open, signal, proxy, through }) => {
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
    },
  );

  storesTest(
    'calls wait for a database that is away for longer than a restart takes, if they are told to',
    async (t, { open, proxy, through }) => {
      const faults = await proxy();
      const patient = await open({ ...through(faults), reconnectGrace: 60_000 });
      const tried = new Promise<void>((resolve) => {
        // Beyond the attempts of a second.
        faults.onRefused = (count) => (count === 60 ? resolve() : undefined);
      });
      faults.refuse = true;
      faults.cutAll();
      const calls = Promise.all([
        patient.create('/a', bytes('1')),
        patient.create('/b', bytes('2')),
        patient.get('/c'),
      ]);
      await tried;
      faults.refuse = false;
      await t.notThrowsAsync(calls);
      t.is(text((await patient.get('/a'))?.value), '1');
    },
  );

  storesTest('a watch outlives a broken connection and misses nothing', async (t, { open, signal, proxy, through }) => {
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
  });

  storesTest(
    'a write whose answer is lost happens once, and its caller learns how it ended',
    async (t, { open, signal, proxy, through }) => {
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
    },
  );

  storesTest(
    'calls fail fast while the database is away, and work again when it is back',
    async (t, { open, proxy, through }) => {
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
    },
  );

  storesTest('sessions that the database ends are replaced unseen', async (t, { open, signal, database }) => {
    const storage = await open({ applicationName: 'to be ended' });
    const sink = await watchNow(storage, '/', signal);
    const admin = await database.connect();
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
  });

  storesTest(
    'after a restore old revisions are refused and watches end',
    async (t, { open, schema, signal, database }) => {
      const storage = await open();
      const { revision } = await storage.create('/a', bytes('1'));
      const sink = await watchNow(storage, '/', signal);
      const bumped = await bumpEpoch({ connection: database.server.connection, schema });
      t.true(bumped > revision + 1_000_000);
      t.is(await storage.currentRevision(), bumped);
      t.true((await sink.failed()) instanceof Compacted);
      await t.throwsAsync(storage.watch('/', revision, sink, signal), { instanceOf: Compacted });
      await t.throwsAsync(storage.list('/', { revision }), { instanceOf: Compacted });
      t.is((await storage.list('/')).items[0]?.revision, revision);
      const next = await storage.update('/a', bytes('2'), revision);
      t.is(next.revision, bumped + 1);
      t.is((await storage.list('/', { revision: bumped })).items[0]?.revision, revision);
    },
  );

  storesTest(
    'a restore that nobody has told of ends watches all the same',
    async (t, { open, schema, signal, database }) => {
      const [storage, other] = await Promise.all([open({ applicationName: 'restored' }), open()]);
      for (let index = 0; index < 5; index++) {
        await storage.create(`/${index}`, bytes('x'));
      }
      const sink = await watchNow(storage, '/', signal);
      const last = await storage.create('/last', bytes('x'));
      t.is(sink.received.length, 1);
      // As if a backup from before the last three writes had been put back, and another server had written since.
      const admin = await database.connect();
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
    },
  );
}
