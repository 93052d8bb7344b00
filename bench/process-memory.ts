/** Memory of processes, shared pages counted once: the sum of their proportional set sizes (Linux). */
import { readProc, withDescendants } from '../conformance/process-tree.ts';
import type { Row } from './row.ts';

export const memoryRow: Row = {
  name: 'memory',
  what: 'memory of the server and its database after all rows (Pss)',
  async measure({ processes }) {
    if (processes.length === 0) return undefined;
    // PostgreSQL has a process for each connection.
    const all = withDescendants(processes);
    const value = all.reduce((sum, pid) => sum + proportionalSetSize(pid), 0);
    return { value, unit: 'MiB', figures: { processes: all.length } };
  },
};

function proportionalSetSize(pid: number): number {
  const kilobytes = /^Pss: +(\d+) kB$/m.exec(readProc(pid, 'smaps_rollup'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
