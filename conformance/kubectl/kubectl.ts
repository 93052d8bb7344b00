/** Runs kubectl as a person would: own home folder, a kubeconfig, arguments in one line. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Outcome {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Invocation {
  readonly line: string;
  readonly stdin?: string;
  /** Added to kubectl's environment. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Milliseconds after which a command has failed. */
const COMMAND_TIMEOUT = 60_000;

export class Kubectl {
  readonly #binary: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #namespace: string;

  /** `home` holds kubectl's discovery cache: one folder for each version and server. */
  constructor(options: { binary: string; kubeconfig: string; home: string; namespace: string }) {
    this.#binary = options.binary;
    this.#namespace = options.namespace;
    this.#environment = {
      PATH: process.env.PATH,
      HOME: options.home,
      KUBECONFIG: options.kubeconfig,
      LC_ALL: 'C',
      TZ: 'UTC',
    };
  }

  async run({ line, stdin, environment }: Invocation): Promise<Outcome> {
    const child = this.start(line, environment);
    // A command that fails before it has read everything closes the pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
    return { exit, stdout, stderr };
  }

  start(line: string, environment?: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
    return spawn(this.#binary, ['--namespace', this.#namespace, ...splitLine(line)], {
      env: { ...this.#environment, ...environment },
      timeout: COMMAND_TIMEOUT,
      killSignal: 'SIGKILL',
    });
  }
}

export function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  return promise;
}

export function splitLine(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** The minor version of a kubectl 1, for example 33. */
export async function minorVersion(binary: string): Promise<number> {
  const child = spawn(binary, ['version', '--client', '--output', 'json'], { timeout: COMMAND_TIMEOUT });
  const [stdout] = await Promise.all([text(child.stdout), exitOf(child)]);
  return Number(/"gitVersion": *"v1\.(\d+)/.exec(stdout)?.[1] ?? Number.NaN);
}
