/** One flag of the command line, under which the config file and the library take it too. */
import type { PorticoOptions } from './options.ts';

export interface FlagDefinition {
  readonly option: keyof PorticoOptions;
  /** As commander reads it. */
  readonly flag: string;
  readonly help: string;
  readonly parse?: (text: string) => number | boolean | string;
  readonly default?: string | number;
  /** May be given more than once; the values are then separated by commas. */
  readonly isList?: true;
}
