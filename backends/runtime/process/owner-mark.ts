/** Whose a folder or a network device of the machine is, so that what a killed process left behind is known and taken away. */
import { startOf } from './machine.ts';

/** Of this process; no other one will ever have it. */
export function ownMark(): string {
  return `${process.pid} ${startOf(process.pid)}`;
}

/** Whether the process that made the mark still lives. */
export function isOwned(mark: string): boolean {
  const [pid, start] = mark.trim().split(' ').map(Number);
  return pid !== undefined && start !== undefined && pid > 0 && startOf(pid) === start;
}
