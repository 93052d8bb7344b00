/** Makes cases of commands that expect nothing: what both servers make kubectl print is compared. */
import type { Case, Command } from '../../../kubectl/case.ts';

export interface Comparison extends Omit<Case, 'steps'> {
  readonly lines: readonly (string | Command)[];
}

export function compared({ lines, ...rest }: Comparison): Case {
  return { ...rest, steps: lines.map((line) => (typeof line === 'string' ? { run: line } : line)) };
}

/** Prints more or less, by who is quicker. */
export function paced(run: string): Command {
  return { run, paced: true };
}
