/** Portico as a process of its own: started through its command line, stopped politely or killed. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface PorticoProcessOptions {
  /** Certificates, kubeconfig and the embedded database. */
  readonly dataDirectory: string;
  /** postgres://…; unset: the embedded database. */
  readonly storage?: string;
  /** 0 or unset: any. */
  readonly port?: number;
  /** What it prints, line by line. */
  readonly onOutput?: (line: string) => void;
  readonly flags?: readonly string[];
}

const MAIN = fileURLToPath(new URL('../server/cmd/main.ts', import.meta.url));
/** As `npm start` has them. */
const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=99'];
const READY = /^Portico is ready at (https:\S+)$/;

export class PorticoProcess {
  readonly url: string;
  readonly port: number;
  readonly kubeconfig: string;
  readonly pid: number;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>, url: string, dataDirectory: string) {
    this.#child = child;
    this.#exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
    this.url = url;
    this.port = Number(new URL(url).port);
    this.kubeconfig = join(dataDirectory, 'kubeconfig');
    this.pid = child.pid ?? 0;
  }

  /** Resolves when it serves. @throws Error with what it has printed, if it ends before. */
  static async start({
    dataDirectory,
    storage,
    port,
    onOutput,
    flags,
  }: PorticoProcessOptions): Promise<PorticoProcess> {
    // What acts on a cluster would be in the way: the API is looked at.
    const command =
      storage === undefined ? ['up', '--nodes', '0', '--scheduler', 'false'] : ['serve', '--storage', storage];
    const folders = ['--data-dir', dataDirectory, '--secure-port', String(port ?? 0)];
    const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...command, ...folders, ...(flags ?? [])], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line);
        onOutput?.(line);
        const url = READY.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
    child.on('error', reject);
    child.on('close', () => reject(new Error(`portico ended before it was ready:\n${printed.join('\n')}`)));
    return new PorticoProcess(child, await promise, dataDirectory);
  }

  /** SIGKILL: no warning, no clean-up. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}
