/** Memory of processes, shared pages counted once: the sum of their proportional set sizes (Linux). */
import { readdirSync, readFileSync } from 'node:fs';
import type { Row } from './row.ts';

export const memoryRow: Row = {
  name: 'memory',
  what: 'memory of the server and its database after all rows (Pss)',
  async measure({ processes }) {
    if (processes.length === 0) return undefined;
    const all = withDescendants(processes);
    const value = all.reduce((sum, pid) => sum + proportionalSetSize(pid), 0);
    return { value, unit: 'MiB', figures: { processes: all.length } };
  },
};

function proportionalSetSize(pid: number): number {
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(readProc(pid, 'smaps_rollup'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** PostgreSQL has a process for each connection. */
function withDescendants(pids: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^PPid:\s+(\d+)$/m.exec(/^\d+$/.test(entry) ? readProc(Number(entry), 'status') : '')?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const found = new Set(pids);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** Empty for a process that has ended. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
