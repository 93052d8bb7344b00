/** Terminals that follow the size of the client's: `script` makes them, and `stty` of the machine tells them. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Streams } from '../interface.ts';
import { runTool } from './run-tool.ts';

/** Tries to find a terminal that is still being made. */
const ATTEMPTS = 50;
/** Milliseconds between them. */
const PAUSE = 20;

interface TerminalParts {
  /** On the machine: it, or what it has started, has the terminal. */
  readonly process: () => number | undefined;
  /** On the machine: who sees the terminal. */
  readonly firstProcess: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Until there are no more sizes. Never rejects: a terminal of the wrong size is one still. */
export async function followSize(sizes: Streams['resize'], parts: TerminalParts): Promise<void> {
  try {
    for await (const { width, height } of sizes ?? []) {
      const terminal = await find(parts);
      if (terminal === undefined) return;
      const { firstProcess } = parts;
      const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
      const enter = ['--target', String(firstProcess), '--mount', ...user, '--'];
      await runTool('nsenter', [...enter, 'stty', '-F', terminal, 'rows', String(height), 'cols', String(width)]);
    }
  } catch {
    // What had the terminal has ended, or the client has gone.
  }
}

async function find({ process: owner, sleep }: TerminalParts): Promise<string | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = terminalBelow(owner());
    if (found !== undefined) return found;
    await sleep(PAUSE);
  }
  return undefined;
}

function terminalBelow(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  try {
    const input = readlinkSync(`/proc/${pid}/fd/0`);
    if (/^\/dev\/pts\/\d+$/.test(input)) return input;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' ').map(Number)) {
      const found = terminalBelow(child);
      if (found !== undefined) return found;
    }
  } catch {
    // It has just ended.
  }
  return undefined;
}
