/** The process that holds a pod's namespaces, from before its first container until after its last. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { RuntimeError } from '../errors.ts';
import { runTool } from './run-tool.ts';

/**
 * Arguments: the host's name, then pairs of sysctls, as paths, and their values. It says that all is made, and then lives for as long as its
 * input is open, which is no longer than whoever started it.
 */
const hold = `set -e
mount --make-rprivate /
hostname "$1" 2>/dev/null || true; shift
while [ $# -gt 0 ]; do printf %s "$2" > "/proc/sys/$1"; shift 2; done
echo ready
exec cat > /dev/null`;

export interface HolderParts {
  readonly hostname: string;
  readonly sysctls: readonly (readonly [string, string])[];
  /** Whether it has a network namespace; it is empty. */
  readonly hasNetwork: boolean;
}

export class PodHolder {
  readonly #child: ChildProcess;
  readonly #namespaces: readonly string[];
  readonly pid: number;

  private constructor(child: ChildProcess, namespaces: readonly string[]) {
    this.#child = child;
    this.#namespaces = namespaces;
    this.pid = child.pid ?? 0;
  }

  /** @throws RuntimeError: the system does not allow it */
  static async start({ hostname, sysctls, hasNetwork }: HolderParts): Promise<PodHolder> {
    const namespaces = ['--mount', '--uts', '--ipc', ...(hasNetwork ? ['--net'] : [])];
    const pairs = sysctls.flatMap(([name, value]) => [name.replaceAll('.', '/'), value]);
    const made = [...(isRoot() ? [] : ['--user', '--map-root-user']), ...namespaces];
    // Whoever kills this process ends it too.
    const args = ['--pdeathsig', 'KILL', 'unshare', ...made, 'sh', '-c', hold, 'pod', hostname, ...pairs];
    const child = spawn('setpriv', args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.stdin.on('error', () => undefined);
    const complaint = text(child.stderr);
    const isReady = await Promise.race([
      once(child.stdout, 'data').then(() => true),
      once(child, 'close').then(() => false),
    ]).catch(() => false);
    if (!isReady) throw new RuntimeError(`failed to create the pod's namespaces: ${(await complaint).trim()}`);
    child.stdout.resume();
    return new PodHolder(child, namespaces);
  }

  /** The beginning of a command line: what follows runs in the pod's namespaces. */
  enter(): string[] {
    // Entering another user namespace takes back what was asked for before.
    const user = isRoot() ? [] : ['--user', '--preserve-credentials'];
    return ['nsenter', '--target', String(this.pid), ...user, ...this.#namespaces, 'setpriv', '--pdeathsig', 'KILL'];
  }

  /** @throws RuntimeError */
  async run(...command: string[]): Promise<void> {
    const [program = '', ...args] = [...this.enter(), ...command];
    await runTool(program, args);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
