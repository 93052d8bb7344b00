/** Processes and those that they have started (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

export function withDescendants(pids: readonly number[]): number[] {
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

/** A file of /proc; empty for a process that has ended. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
