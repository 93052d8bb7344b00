import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runCrashRounds } from '../contract/crash-rounds.ts';
import { bytes, text, watchNow } from '../contract/recording-sink.ts';
import { storageContract } from '../contract/storage-contract.ts';
import { startTestDatabase, type TestDatabase } from '../contract/test-database.ts';
import { StorageError } from '../errors.ts';
import type { Storage } from '../interface.ts';
import { createPostgresStorage } from '../postgres/postgres-storage.ts';
import { createEmbeddedStorage, type EmbeddedStorage, type EmbeddedStorageOptions } from './embedded-storage.ts';
import { isRunning } from './postmaster-file.ts';

let database: TestDatabase | undefined;

test.before(async () => {
  database = await startTestDatabase();
});
test.after.always(() => database?.stop());

storageContract(
  test.serial,
  'embedded',
  async (): Promise<Storage> => {
    if (database === undefined) {
      throw new Error('no database');
    }
    return createPostgresStorage({ ...database.newStore(), soleWriter: true });
  },
  { histories: 12 },
);

/** Closed also by a test that fails: an open store keeps its process from ending. */
async function opened(t: ExecutionContext, options: EmbeddedStorageOptions = {}): Promise<EmbeddedStorage> {
  const storage = await createEmbeddedStorage(options);
  t.teardown(() => storage.close());
  return storage;
}

async function temporaryFolder(): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'portico-test-'));
  await chmod(folder, 0o711);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test.serial('a closed store has left no process, and opens again with what it held', async (t) => {
  await using home = await temporaryFolder();
  const first = await opened(t, { dataDirectory: home.folder });
  const { revision } = await first.create('/a', bytes('1'));
  const { pid } = first.server;
  t.true(isRunning(pid ?? 0));
  await first.close();
  t.false(isRunning(pid ?? 0));
  t.false(existsSync(first.server.connection.host));
  const second = await opened(t, { dataDirectory: home.folder });
  t.is(await second.currentRevision(), revision);
  t.is(text((await second.get('/a'))?.value), '1');
  await second.close();
});

test.serial('a temporary store is removed when it is closed', async (t) => {
  const before = new Set(await readdir(os.tmpdir()));
  const storage = await opened(t, { durable: false });
  await storage.create('/a', bytes('1'));
  await storage.close();
  const left = (await readdir(os.tmpdir())).filter((name) => name.startsWith('portico-data-') && !before.has(name));
  t.deepEqual(left, []);
});

test.serial('without a cache for templates a new store is made all the same', async (t) => {
  await using home = await temporaryFolder();
  await writeFile(path.join(home.folder, 'file'), '');
  for (const cacheDirectory of [null, path.join(home.folder, 'file', 'cache')]) {
    const storage = await opened(t, { cacheDirectory });
    await storage.create('/a', bytes('1'));
    await storage.close();
  }
  t.pass();
});

test.serial('many temporary stores start side by side from an empty cache', async (t) => {
  await using home = await temporaryFolder();
  const cacheDirectory = path.join(home.folder, 'cache');
  const storages = await Promise.all([1, 2, 3].map(() => opened(t, { cacheDirectory, durable: false })));
  const commits = await Promise.all(storages.map((storage) => storage.create('/a', bytes('1'))));
  t.is(new Set(commits.map((commit) => commit.revision)).size, 1);
  await Promise.all(storages.map((storage) => storage.close()));
  t.is((await readdir(cacheDirectory)).length, 1);
});

test.serial('a folder in use is refused with the process that uses it', async (t) => {
  await using home = await temporaryFolder();
  const storage = await opened(t, { dataDirectory: home.folder });
  const error = await t.throwsAsync(createEmbeddedStorage({ dataDirectory: home.folder }), {
    instanceOf: StorageError,
  });
  t.regex(error.message, new RegExp(`in use by process ${process.pid}`));
  await storage.create('/a', bytes('1'));
  await storage.close();
});

test.serial('a folder made by another major version is refused and left as it is', async (t) => {
  await using home = await temporaryFolder();
  await mkdir(path.join(home.folder, 'postgres'));
  await writeFile(path.join(home.folder, 'postgres', 'PG_VERSION'), '12\n');
  const error = await t.throwsAsync(createEmbeddedStorage({ dataDirectory: home.folder }), {
    instanceOf: StorageError,
  });
  t.regex(error.message, /made by PostgreSQL 12/);
});

(process.getuid?.() === 0 ? test.serial : test.skip)(
  'a folder that the unprivileged account of root cannot reach is refused with what to do',
  async (t) => {
    await using home = await temporaryFolder();
    await chmod(home.folder, 0o700);
    const dataDirectory = path.join(home.folder, 'data');
    const error = await t.throwsAsync(createEmbeddedStorage({ dataDirectory }), { instanceOf: StorageError });
    t.true(error.message.includes(`chmod o+x ${home.folder}`));
  },
);

test.serial('a server that is killed comes back, and no watch misses anything', async (t) => {
  const news = new EventEmitter();
  const storage = await opened(t, { onEvent: ({ message }) => news.emit(message) });
  const stop = new AbortController();
  const sink = await watchNow(storage, '/', stop.signal);
  const revisions: number[] = [];
  for (let round = 0; round < 3; round++) {
    const back = once(news, 'PostgreSQL is back');
    const pid = storage.server.pid;
    if (pid === undefined) throw new Error('no server to kill');
    process.kill(pid, 'SIGKILL');
    for (let index = 0; index < 20; index++) {
      // The database is back before anybody loses patience.
      revisions.push((await storage.create(`/${round}/${index}`, bytes('x'))).revision);
      t.is((await storage.list(`/${round}/`)).items.length, index + 1);
    }
    // Writes may go through before the old server's last process has noticed.
    await back;
  }
  await sink.reached(Math.max(...revisions));
  t.is(sink.received.length, 60);
  stop.abort();
});

const CHILD = `
  import { createEmbeddedStorage } from ${JSON.stringify(new URL('./embedded-storage.ts', import.meta.url).href)};
  const storage = await createEmbeddedStorage({ dataDirectory: process.argv[1] });
  await storage.create('/by-child', Buffer.from('1'));
  console.log(storage.server.pid);
  setInterval(() => {}, 1000);
`;

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test.serial(`a server whose process got ${signal} goes too, and the folder opens again`, async (t) => {
    await using home = await temporaryFolder();
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, home.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    t.true(isRunning(pid));
    child.kill(signal);
    await once(child, 'exit');
    const storage = await opened(t, { dataDirectory: home.folder });
    t.is(text((await storage.get('/by-child'))?.value), '1');
    t.false(isRunning(pid));
    await storage.close();
  });
}

test.serial('no acknowledged write is lost when server or database is killed', async (t) => {
  const report = await runCrashRounds({ rounds: 4 });
  t.log(report);
  t.deepEqual(report.lost, []);
  t.true(report.acknowledged > 100);
});
