/** Tools of the system that are run to their end, to make what has no other interface here: `ip`, `nsenter`, `mount`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { RuntimeError } from '../errors.ts';

/** Resolves with what it prints. @throws RuntimeError with what it complains of */
export async function runTool(command: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const called = [command, ...args].join(' ');
  const ended = once(child, 'close').catch((error: unknown) => {
    throw new RuntimeError(`\`${called}\`: ${error instanceof Error ? error.message : String(error)}`);
  });
  const [printed, complaint, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const [code] = end as [number | null];
  if (code !== 0) throw new RuntimeError(`\`${called}\`: ${complaint.trim() || `exit code ${code}`}`);
  return printed;
}
