/** One container as a child process: its log, its end, and what can be done with it meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { ContainerLog } from '../container-log.ts';
import { RuntimeError } from '../errors.ts';
import type { ContainerConfig, ContainerStatus, ExecRequest, Streams } from '../interface.ts';
import { commandScript, type IsolatedCommand } from './command-script.ts';
import type { ContainerRoot } from './container-root.ts';
import { joinArguments, startArguments } from './isolation.ts';
import type { ProcessGroup } from './process-groups.ts';
import { followSize } from './terminal-size.ts';

export interface ProcessContainerParts {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  /** The beginning of a command line: what follows runs in the pod's namespaces. */
  readonly enter: readonly string[];
  readonly root: ContainerRoot;
  readonly command: IsolatedCommand;
  /** First process of a container among whose processes it lives. */
  readonly among: number | undefined;
  /** What the container writes there is its termination message. */
  readonly terminationFile: string;
  readonly clock: Clock;
  /** How many of its processes the kernel has ended for want of memory. */
  readonly outOfMemoryKills: () => number;
  readonly onExit: (container: ProcessContainer) => void;
}

/** Characters of a termination message. */
const TERMINATION_CHARACTERS = 4096;
const KILLED = 128 + 9;

export class ProcessContainer {
  readonly #parts: ProcessContainerParts;
  readonly #child: ChildProcess;
  readonly #startedAt: number;
  readonly #ended: Promise<void>;
  readonly #watchers = new Set<Streams>();
  readonly log: ContainerLog;
  #execs = 0;
  #end: Pick<ContainerStatus, 'exitCode' | 'finishedAt' | 'terminationMessage' | 'reason'> | undefined;

  private constructor(parts: ProcessContainerParts, child: ChildProcess) {
    this.#parts = parts;
    this.#child = child;
    this.#startedAt = parts.clock.now();
    this.log = new ContainerLog(parts.clock);
    const copy = (stream: 'stdout' | 'stderr') => {
      const decoder = new TextDecoder();
      child[stream]?.on('data', (chunk: Buffer) => {
        this.log.write(stream, decoder.decode(chunk, { stream: true }));
        for (const watcher of this.#watchers) (watcher.tty ? watcher.stdout : watcher[stream])?.(chunk);
      });
    };
    copy('stdout');
    copy('stderr');
    // Input that nobody takes any more.
    child.stdin?.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#finish(code ?? (signal === null ? 1 : KILLED));
        resolve();
      });
    });
  }

  /** @throws RuntimeError: it could not be set up, and there is none */
  static async start(parts: ProcessContainerParts): Promise<ProcessContainer> {
    const { config, enter } = parts;
    const [program = '', ...args] = [...enter, ...(await startArguments(parts))];
    const child = spawn(program, args, {
      stdio: [config.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const container = new ProcessContainer(parts, child);
    const ready = child.stdio[3] as Readable;
    const isReady = await Promise.race([
      once(ready, 'data').then(() => true),
      container.#ended.then(() => false),
      once(child, 'error').then(() => false),
    ]);
    ready.resume();
    if (isReady) return container;
    const lines: string[] = [];
    for await (const { text: line } of container.log.read({ follow: false, signal: new AbortController().signal }))
      lines.push(line);
    throw new RuntimeError(`failed to create the container: ${lines.join('; ') || 'unshare could not be run'}`);
  }

  get id(): string {
    return this.#parts.id;
  }

  get sandboxId(): string {
    return this.#parts.sandboxId;
  }

  get group(): ProcessGroup | undefined {
    return this.#parts.root.group;
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** On the machine, of the first process inside; undefined once it has ended. */
  get firstProcess(): number | undefined {
    const { pid } = this.#child;
    if (pid === undefined || !this.isRunning) return undefined;
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      return children === '' ? undefined : Number(children.split(' ')[0]);
    } catch {
      return undefined;
    }
  }

  get status(): ContainerStatus {
    const { id, sandboxId, config } = this.#parts;
    const end = this.#end;
    return {
      id,
      sandboxId,
      name: config.name,
      imageId: config.imageId,
      startedAt: this.#startedAt,
      state: end === undefined ? 'running' : 'exited',
      finishedAt: end?.finishedAt ?? 0,
      exitCode: end?.exitCode ?? 0,
      signal: 0,
      reason: end?.reason ?? '',
      terminationMessage: end?.terminationMessage ?? '',
    };
  }

  async stop(graceSeconds: number): Promise<void> {
    const first = this.firstProcess;
    if (first === undefined) {
      if (this.isRunning) this.kill();
      return this.#ended;
    }
    signal(first, 'SIGTERM');
    const cancel = this.#parts.clock.after(graceSeconds * 1000, () => this.kill());
    await this.#ended;
    cancel();
  }

  kill(): void {
    if (this.isRunning) this.#child.kill('SIGKILL');
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  /** @throws RuntimeError */
  async exec(request: ExecRequest): Promise<number> {
    const first = this.firstProcess;
    if (first === undefined) throw new RuntimeError(`container ${this.id} is not running`);
    const { command, tty, stdin } = request;
    const joins = this.#parts.root.group?.joins ?? [];
    const script = join(this.#parts.root.folder, `exec-${++this.#execs}`);
    await writeFile(script, commandScript({ ...this.#parts.command, command, tty, joins }), { mode: 0o600 });
    const child = spawn('nsenter', joinArguments(script, first), {
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const stop = () => child.kill('SIGKILL');
    request.signal.addEventListener('abort', stop, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => request.stdout?.(chunk));
    child.stderr?.on('data', (chunk: Buffer) => (tty ? request.stdout : request.stderr)?.(chunk));
    if (tty) this.#followSize(request, () => child.pid);
    const { stdin: input } = child;
    if (stdin !== undefined && input !== null) void pour(stdin, input);
    try {
      const [code, killed] = (await once(child, 'close')) as [number | null, string | null];
      return code ?? (killed === null ? 1 : KILLED);
    } catch (error) {
      throw new RuntimeError(error instanceof Error ? error.message : String(error));
    } finally {
      request.signal.removeEventListener('abort', stop);
      await rm(script, { force: true });
    }
  }

  /** Until the process or the client ends. */
  async attach(streams: Streams): Promise<void> {
    this.#watchers.add(streams);
    if (streams.tty) this.#followSize(streams, () => this.firstProcess);
    const { stdin } = this.#child;
    if (streams.stdin !== undefined && stdin !== null) void pour(streams.stdin, stdin);
    const left = new Promise<void>((resolve) =>
      streams.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([this.#ended, left]);
    this.#watchers.delete(streams);
  }

  #followSize({ resize }: Streams, process: () => number | undefined): void {
    const { firstProcess } = this;
    const { clock } = this.#parts;
    const sleep = (milliseconds: number) => new Promise<void>((resolve) => clock.after(milliseconds, resolve));
    if (firstProcess !== undefined) void followSize(resize, { process, firstProcess, sleep });
  }

  #finish(exitCode: number): void {
    const { clock, terminationFile, onExit, outOfMemoryKills } = this.#parts;
    const wasKilled = exitCode === KILLED && outOfMemoryKills() > 0;
    const reason = exitCode === 0 ? 'Completed' : wasKilled ? 'OOMKilled' : 'Error';
    this.log.close();
    this.#end = { exitCode, finishedAt: clock.now(), reason, terminationMessage: terminationMessage(terminationFile) };
    onExit(this);
  }
}

function terminationMessage(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, TERMINATION_CHARACTERS);
  } catch {
    return '';
  }
}

async function pour(from: AsyncIterable<Uint8Array>, to: Writable): Promise<void> {
  // A process that has ended takes no more.
  to.on('error', () => undefined);
  for await (const chunk of from) {
    if (to.destroyed) return;
    if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
  to.end();
}

function signal(pid: number, name: 'SIGTERM'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
