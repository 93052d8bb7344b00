/** Processor time of a process (Linux). */
import { readProc } from '../conformance/process-tree.ts';

/** Of the kernel's figures, USER_HZ. */
const ticksPerSecond = 100;

/** Seconds, in user and system mode, of all its threads. */
export function processorTime(pid: number): number {
  const stat = readProc(pid, 'stat');
  // The name of the process, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
