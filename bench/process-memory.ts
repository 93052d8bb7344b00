/** Memory of processes, shared pages counted once: the sum of their proportional set sizes (Linux). */
import { readProc, withDescendants } from '../conformance/process-tree.ts';
import type { Measurement, Row, ServerUnderLoad } from './row.ts';

export const idleMemoryRow = memory('memory-idle', 'memory of the server and its database before all rows (Pss)');
export const memoryRow = memory('memory', 'memory of the server and its database after all rows (Pss)');

function memory(name: string, what: string): Row {
  return { name, what, measure };
}

async function measure({ processes }: ServerUnderLoad): Promise<Measurement | undefined> {
  if (processes.length === 0) return undefined;
  // PostgreSQL has a process for each connection.
  const all = withDescendants(processes);
  return { value: memoryOf(all), unit: 'MiB', figures: { processes: all.length } };
}

/** MiB, shared pages counted once. */
export function memoryOf(processes: readonly number[]): number {
  return processes.reduce((sum, pid) => sum + proportionalSetSize(pid), 0);
}

function proportionalSetSize(pid: number): number {
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(readProc(pid, 'smaps_rollup'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
