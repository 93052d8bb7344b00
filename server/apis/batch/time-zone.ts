/** Whether a time zone exists. */
import { timeZoneNames } from './time-zone-names.ts';

/** Why there is no such zone, in Go's words; undefined if there is one. */
export function timeZoneProblem(name: string): string | undefined {
  if (name === '' || name === 'Local' || timeZoneNames.has(name)) return undefined;
  if (name.includes('..') || name.startsWith('/') || name.includes('\\')) return 'time: invalid location name';
  return `unknown time zone ${name}`;
}
