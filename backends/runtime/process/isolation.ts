/** How processes get into namespaces: a container's first one into new ones within its pod's, others beside it. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandScript, type IsolatedCommand } from './command-script.ts';
import { type ContainerRoot, rootArguments, setUp } from './container-root.ts';

/** Undefined: this machine can isolate processes. */
export function isolationProblem(): string | undefined {
  if (process.platform !== 'linux') return 'the process runtime needs Linux';
  const user = isRoot() ? [] : ['--user', '--map-root-user'];
  const tried = spawnSync(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...user, '--uts', '--ipc', ...namespaces, 'true'],
    { encoding: 'utf8' },
  );
  if (tried.error !== undefined)
    return `the process runtime needs setpriv and unshare, of util-linux: ${tried.error.message}`;
  return tried.status === 0 ? undefined : `the process runtime may not make namespaces: ${tried.stderr.trim()}`;
}

const namespaces = ['--mount', '--pid', '--fork', '--kill-child=KILL'];

export interface StartParts {
  readonly root: ContainerRoot;
  readonly command: IsolatedCommand;
  /** First process of a container among whose processes it lives; undefined: it has a namespace of its own for them. */
  readonly among: number | undefined;
}

/** What follows the entry into the pod's namespaces. Writes what it needs into the container's folder. @throws Error of the system */
export async function startArguments({ root, command, among }: StartParts): Promise<string[]> {
  const script = join(root.folder, 'set-up');
  await writeFile(script, setUp, { mode: 0o600 });
  await writeFile(join(root.folder, 'start'), commandScript(command), { mode: 0o600 });
  const run = ['sh', script, ...rootArguments(root)];
  if (among === undefined) return ['unshare', ...namespaces, ...run];
  const joined = ['nsenter', '--target', String(among), '--pid', 'setpriv', '--pdeathsig', 'KILL'];
  return [...joined, 'unshare', '--mount', ...run];
}

/** Of `nsenter`: another process beside the first one, whose ID on the machine is given. `script`: commandScript, in a file. */
export function joinArguments(script: string, firstProcess: number): string[] {
  const user = isRoot() ? [] : ['--user', '--preserve-credentials'];
  const joined = ['--mount', '--pid', '--uts', '--ipc', '--net', ...user];
  return ['--target', String(firstProcess), ...joined, '--', 'setpriv', '--pdeathsig', 'KILL', 'sh', script];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
