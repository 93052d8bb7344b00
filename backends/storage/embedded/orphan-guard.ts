/** Ends the server when this process ends without doing so itself, even by SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface OrphanGuardOptions {
  /** The server. */
  readonly pid: number;
  readonly account: Account;
  readonly signal: 'INT' | 'QUIT';
  /** Folders to remove once it has gone. */
  readonly remove: readonly string[];
}

/** A shell that waits for the end of a pipe from us: that comes whatever ends us. It gives the server five seconds. */
const SCRIPT = `
read _
kill -$1 $2
waited=0
while kill -0 $2 2>/dev/null && [ $waited -lt 50 ]; do sleep 0.1; waited=$((waited + 1)); done
shift 2
rm -rf "$@"
`;

/** Kill it with SIGKILL before the server is stopped in order. */
export function spawnGuard({ pid, account, signal, remove }: OrphanGuardOptions): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'sh', signal, String(pid), ...remove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  // A socket underneath, although the type does not say so.
  (guard.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return guard;
}
