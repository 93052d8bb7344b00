/** A cluster whose parts are processes of their own: API server with its database, controllers, scheduler and nodes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { databaseProcess } from '../embedded-database.ts';
import { PorticoProcess } from '../portico-process.ts';
import { withDescendants } from '../process-tree.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** "database": PostgreSQL under a server that stays; "server": the API server alone. */
export type Part = 'server' | 'database' | 'controllers' | 'scheduler' | 'nodes';
export const parts: readonly Part[] = ['server', 'database', 'controllers', 'scheduler', 'nodes'];

export const NODES = 3;
const main = fileURLToPath(new URL('../../server/cmd/main.ts', import.meta.url));
type Command = 'controllers' | 'scheduler' | 'nodes';

export class Parts {
  readonly kubeconfig: string;
  readonly #folder: string;
  #server: PorticoProcess;
  readonly #commands = new Map<Command, ChildProcess>();

  private constructor(folder: string, server: PorticoProcess) {
    this.#folder = folder;
    this.#server = server;
    this.kubeconfig = server.kubeconfig;
  }

  static async start(): Promise<Parts> {
    const folder = await temporaryFolder('portico-parts');
    const its = new Parts(folder, await PorticoProcess.start({ dataDirectory: folder, storage: `embedded:${folder}` }));
    for (const command of ['controllers', 'scheduler', 'nodes'] as const) its.#run(command);
    return its;
  }

  /** SIGKILL, and the part is started again; a database is brought back by its server. */
  async kill(part: Part): Promise<void> {
    if (part === 'database') {
      const postmaster = await databaseProcess(this.#folder).catch(() => undefined);
      for (const pid of postmaster === undefined ? [] : withDescendants([postmaster])) killProcess(pid);
    } else if (part === 'server') {
      const { port } = this.#server;
      await this.#server.kill();
      this.#server = await PorticoProcess.start({
        dataDirectory: this.#folder,
        storage: `embedded:${this.#folder}`,
        port,
      });
    } else {
      await end(this.#commands.get(part), 'SIGKILL');
      this.#run(part);
    }
  }

  /** Those that have ended by themselves, which none should. */
  ended(): string[] {
    return [...this.#commands].filter(([, { exitCode }]) => exitCode !== null).map(([command]) => command);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#commands.values()].map((child) => end(child, 'SIGTERM')));
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #run(command: Command): void {
    const flags = ['--kubeconfig', this.kubeconfig];
    const own =
      command === 'nodes'
        ? ['node', ...flags, '--nodes', String(NODES)]
        : // One of each: who is killed would be waited for until its lease is over.
          [command, ...flags, '--leader-elect', 'false', '--secure-port', '0'];
    this.#commands.set(command, spawn(process.execPath, [main, ...own], { stdio: 'ignore' }));
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
