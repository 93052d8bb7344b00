/** A real PostgreSQL of one's own: started, kept alive, and stopped with the process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../errors.ts';
import type { OnEvent } from '../postgres/options.ts';
import { type Account, checkReachable, giveTo, serverAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { DATABASE_USER, defaultCacheDirectory, ensureDataDirectory } from './data-directory.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import * as limits from './limits.ts';
import { spawnGuard } from './orphan-guard.ts';
import { blockUntilGone, goneWithin, readPostmasterFile, signalIfAlive, stopLeftover } from './postmaster-file.ts';
import { reachableBinaries } from './reachable-binaries.ts';
import { serverArguments } from './settings.ts';

export interface EmbeddedPostgresOptions {
  /** Holds the data folder `postgres/`, the server's log and a lock. Unset: a temporary one, removed at the end. */
  readonly dataDirectory?: string;
  /** Folder with `postgres` and `initdb`; unset: those of the npm package. */
  readonly binDirectory?: string;
  /** Where the template of a new data folder is kept; null: nowhere. Default `$XDG_CACHE_HOME/portico`. */
  readonly cacheDirectory?: string | null;
  /** Whom root runs the server as; default `nobody`. */
  readonly user?: string;
  /** False: no flush to disk, for tests; what a crash of the whole machine leaves is then undefined. Default true. */
  readonly durable?: boolean;
  readonly onEvent?: OnEvent;
}

export interface EmbeddedPostgres {
  /** For `pg`, psql and the rest: the socket's folder, the user, the database. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  readonly connectionString: string;
  /** Of the server that runs now; undefined from the death of one to the start of the next. */
  readonly pid: number | undefined;
  readonly version: string;
  /** Within STOP_TIMEOUT_MS, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** @throws StorageError that says what is in the way */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new StorageError('the embedded PostgreSQL needs Unix sockets: give the connection string of another one');
  }
  const [found, account] = await Promise.all([findBinaries(options.binDirectory), serverAccount(options.user)]);
  const binaries = await reachableBinaries(found, account);
  const server = new Server(options, binaries, account);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

const DATABASE = 'postgres';
const SOCKET_DIRECTORY_PREFIX = path.join(os.tmpdir(), 'portico-');

class Server implements EmbeddedPostgres {
  readonly version: string;
  readonly #options: EmbeddedPostgresOptions;
  readonly #binaries: Binaries;
  readonly #account: Account;
  #home = '';
  #dataFolder = '';
  #socketDirectory = '';
  #lock: FolderLock | undefined;
  #child: ChildProcess | undefined;
  #guard: ChildProcess | undefined;
  #stopping: Promise<void> | undefined;
  readonly #stopped = new AbortController();
  #pause = limits.RESTART_MIN_MS;
  readonly #onProcessExit = () => this.#abandon();

  constructor(options: EmbeddedPostgresOptions, binaries: Binaries, account: Account) {
    this.#options = options;
    this.#binaries = binaries;
    this.#account = account;
    this.version = binaries.version;
  }

  get #temporary(): boolean {
    return this.#options.dataDirectory === undefined;
  }

  get connection() {
    return { host: this.#socketDirectory, user: DATABASE_USER, database: DATABASE };
  }

  get connectionString(): string {
    return `postgres://${DATABASE_USER}@/${DATABASE}?host=${encodeURIComponent(this.#socketDirectory)}`;
  }

  get pid(): number | undefined {
    return isGone(this.#child) ? undefined : this.#child?.pid;
  }

  async start(): Promise<void> {
    const { dataDirectory, cacheDirectory } = this.#options;
    if (dataDirectory === undefined) {
      this.#home = await mkdtemp(path.join(os.tmpdir(), 'portico-data-'));
      await chmod(this.#home, 0o711);
      await giveTo(this.#account, this.#home);
    } else {
      this.#home = path.resolve(dataDirectory);
      await mkdir(this.#home, { recursive: true });
    }
    process.on('exit', this.#onProcessExit);
    this.#dataFolder = path.join(this.#home, 'postgres');
    await checkReachable(this.#home, this.#account);
    this.#lock = await lockFolder(this.#home);
    const leftover = await stopLeftover(this.#dataFolder);
    if (leftover?.stopped) {
      this.#tell('info', `stopped PostgreSQL ${leftover.pid}, left by a process that was killed`);
    }
    if (leftover?.socketDirectory.startsWith(SOCKET_DIRECTORY_PREFIX)) {
      await rm(leftover.socketDirectory, { recursive: true, force: true });
    }
    const isNew = await ensureDataDirectory({
      folder: this.#dataFolder,
      binaries: this.#binaries,
      account: this.#account,
      cacheDirectory: cacheDirectory === null ? undefined : (cacheDirectory ?? defaultCacheDirectory()),
    });
    this.#socketDirectory = await makeSocketDirectory(this.#account);
    await this.#launch();
    this.#tell('info', `PostgreSQL ${this.version} serves ${isNew ? 'the new ' : ''}${this.#dataFolder}`);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    // First, or it would take our end for an accident.
    this.#guard?.kill('SIGKILL');
    const pid = this.#child?.pid;
    if (pid !== undefined) {
      signalIfAlive(pid, 'SIGINT');
      if (!(await goneWithin(pid, limits.STOP_TIMEOUT_MS))) {
        signalIfAlive(pid, 'SIGQUIT');
        if (!(await goneWithin(pid, limits.STOP_TIMEOUT_MS))) {
          signalIfAlive(pid, 'SIGKILL');
        }
      }
    }
    process.off('exit', this.#onProcessExit);
    this.#lock?.release();
    if (this.#socketDirectory !== '') {
      await rm(this.#socketDirectory, { recursive: true, force: true });
    }
    if (this.#temporary && this.#home !== '') {
      await rm(this.#home, { recursive: true, force: true });
    }
  }

  /** The process ends without stop(). */
  #abandon(): void {
    this.#stopping ??= Promise.resolve();
    const pid = this.#child?.pid;
    this.#guard?.kill('SIGKILL');
    if (pid !== undefined) {
      signalIfAlive(pid, this.#temporary ? 'SIGQUIT' : 'SIGINT');
      // What is kept may go on shutting down after us; what is removed must have no one left in it.
      blockUntilGone(pid, this.#temporary ? limits.STOP_TIMEOUT_MS : 0);
    }
    this.#lock?.release();
    for (const folder of [this.#socketDirectory, this.#temporary ? this.#home : '']) {
      if (folder !== '') {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }

  async #launch(): Promise<void> {
    const logFile = path.join(this.#home, 'postgres.log');
    const log = openSync(logFile, sizeOf(logFile) > limits.LOG_FILE_BYTES ? 'w' : 'a');
    const logStart = sizeOf(logFile);
    const settings = serverArguments({
      major: Number(this.#binaries.major),
      socketDirectory: this.#socketDirectory,
      durable: this.#options.durable ?? true,
    });
    const { uid, gid } = this.#account;
    // A session of its own, so that Ctrl-C in the terminal reaches us alone and writes can be finished first.
    const child = spawn(this.#binaries.postgres, ['-D', this.#dataFolder, ...settings], {
      stdio: ['ignore', log, log],
      detached: true,
      uid,
      gid,
      cwd: this.#socketDirectory,
    });
    closeSync(log);
    const died = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
    child.unref();
    this.#child = child;
    const failure = await Promise.race([died, this.#ready(child)]);
    if (failure !== undefined) {
      signalIfAlive(child.pid ?? 0, 'SIGQUIT');
      throw new StorageError(
        `PostgreSQL did not start (${failure}): ${readFileSync(logFile, 'utf8').slice(logStart).trim()}`,
      );
    }
    this.#guard?.kill('SIGKILL');
    this.#guard = spawnGuard({
      pid: child.pid ?? 0,
      account: this.#account,
      signal: this.#temporary ? 'QUIT' : 'INT',
      remove: this.#temporary ? [this.#socketDirectory, this.#home] : [this.#socketDirectory],
    });
    void died.then((reason) => this.#relaunch(reason));
  }

  /** Undefined when the server takes connections, else why it does not. */
  async #ready(child: ChildProcess): Promise<string | undefined> {
    const deadline = performance.now() + limits.START_TIMEOUT_MS;
    while (performance.now() < deadline && !isGone(child)) {
      const file = await readPostmasterFile(this.#dataFolder);
      if (file?.ready && file.pid === child.pid) {
        return undefined;
      }
      await sleep(limits.READY_POLL_MS);
    }
    return `not ready within ${limits.START_TIMEOUT_MS} ms`;
  }

  /** Children of a server that was killed need a moment to notice; until then the next one does not start. */
  async #relaunch(reason: string): Promise<void> {
    while (this.#stopping === undefined) {
      this.#tell('error', `PostgreSQL died (${reason}) and is started again`);
      try {
        await sleep(this.#pause, undefined, { signal: this.#stopped.signal });
        await this.#launch();
        this.#pause = limits.RESTART_MIN_MS;
        this.#tell('info', 'PostgreSQL is back');
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        this.#pause = Math.min(this.#pause * 2, limits.RESTART_MAX_MS);
      }
    }
  }

  #tell(level: 'info' | 'error', message: string): void {
    this.#options.onEvent?.({ level, message });
  }
}

/** In the temporary folder: short enough for a socket's path, and reachable for every account. */
async function makeSocketDirectory(account: Account): Promise<string> {
  const folder = await mkdtemp(SOCKET_DIRECTORY_PREFIX);
  if (Buffer.byteLength(path.join(folder, '.s.PGSQL.5432')) > limits.SOCKET_PATH_BYTES) {
    await rm(folder, { recursive: true });
    throw new StorageError(`${os.tmpdir()} is too long a path for a Unix socket: set TMPDIR to a shorter one`);
  }
  await giveTo(account, folder);
  return folder;
}

function isGone(child: ChildProcess | undefined): boolean {
  return child === undefined || child.exitCode !== null || child.signalCode !== null;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
