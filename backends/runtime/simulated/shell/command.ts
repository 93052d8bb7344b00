/** What a command of the built-in shell gets and gives. */
import type { ProgramHost } from '../program.ts';

export type Output = (stream: 'stdout' | 'stderr', text: string) => void;

export interface Io {
  readonly output: Output;
  readonly input: string;
}

/** The shell as its commands see it. */
export interface ShellScope {
  readonly host: ProgramHost;
  readonly variables: Map<string, string>;
  directory: string;
  /** From the present folder, without . and .. */
  resolve(path: string): string;
  command(words: readonly string[], io: Io): Promise<number>;
  script(text: string, io: { output: Output; input?: string; args?: readonly string[] }): Promise<number>;
}

export interface Invocation extends Io {
  /** Without the name. */
  readonly args: readonly string[];
  readonly shell: ShellScope;
}

/** Returns the exit code. */
export type ShellCommand = (invocation: Invocation) => number | Promise<number>;
export type CommandTable = Readonly<Record<string, ShellCommand>>;
