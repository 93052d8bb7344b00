/** Cases of the storage contract: what a watch hears, when, and how it ends. */
import { Compacted, FutureRevision } from '../errors.ts';
import { bytes, describeEvent, RecordingSink, watchNow } from './recording-sink.ts';
import type { DefineStorageTest } from './contract-case.ts';

export function watchCases(storageTest: DefineStorageTest): void {
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
}
