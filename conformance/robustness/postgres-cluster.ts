/** A PostgreSQL of the run's own, made with the binaries of the machine, and sessions of strangers on it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chown, mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);
const NEEDED = ['initdb', 'postgres', 'psql'];
const USER = 'portico';
const DATABASE = 'postgres';
/** Milliseconds between looks whether it is ready. */
const READY_POLL = 50;

/** Folder with the newest server binaries: PG_BIN, PATH, or where distributions keep them. */
export function findPostgresBinaries(): string | undefined {
  const packaged = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const folders = [process.env.PG_BIN ?? '', ...packaged.toReversed(), ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => folder !== '' && NEEDED.every((name) => existsSync(join(folder, name))));
}

export class PostgresCluster {
  /** postgres://… */
  readonly url: string;
  readonly #binaries: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #strangers: ChildProcess[] = [];

  private constructor(binaries: string, folder: string, server: ChildProcess, url: string) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.#server = server;
    this.url = url;
  }

  static async start(binaries: string): Promise<PostgresCluster> {
    const folder = await temporaryFolder('postgres');
    const account = unprivileged();
    const data = join(folder, 'data');
    await mkdir(data);
    if (account !== undefined) await chown(data, account.uid, account.gid);
    const options = { ...account, cwd: data };
    await run(join(binaries, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
    const port = await freePort();
    const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: 100 };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(binaries, 'postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' });
    const cluster = new PostgresCluster(binaries, folder, server, `postgres://${USER}@127.0.0.1:${port}/${DATABASE}`);
    await cluster.#untilReady();
    return cluster;
  }

  async query(sql: string): Promise<string> {
    const { stdout } = await run(join(this.#binaries, 'psql'), [this.url, '-X', '-q', '-A', '-t', '-c', sql]);
    return stdout.trim();
  }

  /** A session that stays open; returns a function that gives it a line of SQL to run after those before. */
  openSession(): (sql: string) => void {
    const session = spawn(join(this.#binaries, 'psql'), [this.url, '-X', '-q'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    session.stdin.on('error', () => undefined);
    this.#strangers.push(session);
    return (sql) => session.stdin.write(`${sql}\n`);
  }

  async stop(): Promise<void> {
    for (const session of this.#strangers) session.kill('SIGKILL');
    if (this.#server.exitCode === null) {
      // SIGQUIT: at once, the data are thrown away.
      this.#server.kill('SIGQUIT');
      await once(this.#server, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    while (this.#server.exitCode === null) {
      try {
        await this.query('select 1');
        return;
      } catch {
        await pause(READY_POLL);
      }
    }
    throw new Error(`PostgreSQL ended with code ${this.#server.exitCode}`);
  }
}

/** PostgreSQL does not run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
