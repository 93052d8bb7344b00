/** Flags and files among the arguments of a command. */
import { bytesOf, textOf } from '../bytes-as-text.ts';
import type { Invocation } from '../command.ts';

/** Single letters, also several behind one dash; what begins otherwise is the rest. */
export function flagsOf(args: readonly string[]): { readonly flags: ReadonlySet<string>; readonly rest: string[] } {
  const flags = new Set<string>();
  const rest: string[] = [];
  let ended = false;
  for (const arg of args) {
    if (ended || !/^-[A-Za-z]/.test(arg)) {
      if (arg === '--' && !ended) ended = true;
      else rest.push(arg);
      continue;
    }
    for (const flag of arg.slice(1)) flags.add(flag);
  }
  return { flags, rest };
}

/** The text of the files one after the other, or of the input where none is named. */
export async function readInputs(
  { shell, input, output }: Invocation,
  command: string,
  files: readonly string[],
  { quiet = false }: { readonly quiet?: boolean } = {},
): Promise<{ readonly text: string; readonly code: number }> {
  if (files.length === 0) return { text: input, code: 0 };
  let text = '';
  let code = 0;
  for (const file of files) {
    const content = file === '-' ? bytesOf(input) : await shell.host.files.read(shell.resolve(file));
    if (content !== undefined) text += textOf(content);
    else if (file !== '/dev/null') {
      code = 1;
      if (!quiet) output('stderr', `${command}: ${file}: No such file or directory\n`);
    }
  }
  return { text, code };
}
