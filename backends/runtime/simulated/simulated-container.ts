/** One container of a simulated node: from its start to its end, by its behaviour and its program. */
import type { Clock } from '../clock.ts';
import type { ContainerConfig, ContainerResources, ContainerStatus, LogLine } from '../interface.ts';
import type { Behaviour } from './behaviour.ts';
import { ContainerLog } from '../container-log.ts';
import { firstWords } from './known-images.ts';
import type { Program, ProgramHost } from './program.ts';

const SIGKILL = 9;
const SIGTERM = 15;

export interface SimulatedContainerParts {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly behaviour: Behaviour;
  readonly program: Program;
  /** What programs share with the other containers of the pod. */
  readonly host: Omit<ProgramHost, 'print' | 'signal'>;
  readonly clock: Clock;
  readonly onExit: (container: SimulatedContainer) => void;
}

interface End {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
}

export class SimulatedContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly behaviour: Behaviour;
  readonly log: ContainerLog;
  resources: ContainerResources;
  readonly #parts: SimulatedContainerParts;
  readonly #startedAt: number;
  #end: (End & { readonly at: number }) | undefined;
  #terminationMessage = '';
  #cancelTimers: (() => void)[] = [];
  /** Told to end; made when the program wants to hear of it. */
  #stopping: AbortController | undefined;
  #ended: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(parts: SimulatedContainerParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.sandboxId = parts.sandboxId;
    this.config = parts.config;
    this.resources = parts.config.resources;
    this.behaviour = parts.behaviour;
    this.#startedAt = parts.clock.now();
    this.log = new ContainerLog(parts.clock);
    const { outOfMemoryAfter } = parts.behaviour;
    if (outOfMemoryAfter !== undefined) {
      this.#after(outOfMemoryAfter, { exitCode: 128 + SIGKILL, signal: 0, reason: 'OOMKilled' });
    }
    this.#run();
  }

  get status(): ContainerStatus {
    const { id, sandboxId, config } = this;
    const end = this.#end;
    const same = { id, sandboxId, name: config.name, startedAt: this.#startedAt, imageId: config.imageId };
    if (end === undefined) {
      return { ...same, state: 'running', finishedAt: 0, exitCode: 0, signal: 0, reason: '', terminationMessage: '' };
    }
    return {
      ...same,
      state: 'exited',
      finishedAt: end.at,
      exitCode: end.exitCode,
      signal: end.signal ?? 0,
      reason: end.reason ?? (end.exitCode === 0 ? 'Completed' : 'Error'),
      terminationMessage: this.#terminationMessage,
    };
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Milliseconds. */
  get age(): number {
    return this.#parts.clock.now() - this.#startedAt;
  }

  /** What it simulates comes first, made up when somebody reads it; then what the program is known to say. */
  introduction(): readonly LogLine[] {
    const { program, config } = this.#parts;
    if (program.kind !== 'serve') return [];
    const text = `Simulated: nothing of the image ${config.image} runs here; container "${config.name}" counts as running until it is stopped.`;
    return [text, ...firstWords(config)].map((line) => ({ stream: 'stdout', time: this.#startedAt, text: line }));
  }

  /** For what runs in it, without what would end it. */
  programHost(): Omit<ProgramHost, 'signal'> {
    return { ...this.#parts.host, print: (stream, text) => this.log.write(stream, text) };
  }

  setTerminationMessage(text: string): void {
    this.#terminationMessage = text;
  }

  ended(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    if (this.#ended === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#ended = { promise, resolve };
    }
    return this.#ended.promise;
  }

  async stop(graceSeconds: number): Promise<void> {
    if (!this.isRunning) return;
    this.#stopping?.abort();
    const takes = this.behaviour.stopTime;
    const grace = graceSeconds * 1000;
    const polite: End = this.#parts.program.kind === 'serve' ? { exitCode: 0 } : { exitCode: 128 + SIGTERM, signal: 0 };
    this.#after(Math.min(takes, grace), takes < grace || takes === 0 ? polite : { exitCode: 128 + SIGKILL, signal: 0 });
    await this.ended();
  }

  kill(): void {
    this.#finish({ exitCode: 128 + SIGKILL });
  }

  #run(): void {
    const { behaviour, program } = this.#parts;
    if (behaviour.log !== undefined) this.log.write('stdout', behaviour.log);
    if (behaviour.runFor !== undefined || behaviour.exitCode !== undefined) {
      this.#after(behaviour.runFor ?? 1000, { exitCode: behaviour.exitCode ?? 0 });
      return;
    }
    if (program.kind === 'serve') return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    program.run({ ...this.programHost(), signal: stopping.signal }).then(
      (exitCode) => {
        // Told to stop, it ends as one that was stopped.
        if (!stopping.signal.aborted) this.#finish({ exitCode });
      },
      (error: unknown) => {
        this.log.write('stderr', error instanceof Error ? error.message : String(error));
        if (!stopping.signal.aborted) this.#finish({ exitCode: 2 });
      },
    );
  }

  #after(milliseconds: number, end: End): void {
    this.#cancelTimers.push(this.#parts.clock.after(milliseconds, () => this.#finish(end)));
  }

  #finish(end: End): void {
    if (this.#end !== undefined) return;
    this.#end = { ...end, at: this.#parts.clock.now() };
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers = [];
    this.#stopping?.abort();
    this.log.close();
    this.#ended?.resolve();
    this.#parts.onExit(this);
  }
}
