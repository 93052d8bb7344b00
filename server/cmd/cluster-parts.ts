/** What acts on the cluster from within the server's process: begun when the API is ready, over before it ends. */
import { loadCel } from '../apimachinery/cel/load-cel.ts';
import type { PorticoOptions } from './options.ts';

export class ClusterParts {
  readonly #log: NonNullable<PorticoOptions['log']>;
  readonly #stopping = new AbortController();
  readonly #running: Array<Promise<void>> = [];

  constructor(log: NonNullable<PorticoOptions['log']>) {
    this.#log = log;
  }

  /** `run` lasts until its signal aborts; what it cannot go on after is reported, and the server goes on without it. */
  start(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    // The parts are loaded while the API serves already; Node refuses to load at once what shares modules with them meanwhile.
    loadCel();
    const { signal } = this.#stopping;
    this.#running.push(
      run(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#log({ level: 'error', message: `${name} ended: ${describe(error)}`, error });
      }),
    );
  }

  /** For errors of a part that goes on. */
  readonly onError = (error: unknown, what: string): void => {
    this.#log({ level: 'warning', message: `${what}: ${describe(error)}`, error });
  };

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
