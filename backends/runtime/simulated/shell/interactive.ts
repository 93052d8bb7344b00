/** A shell at a terminal: lines come in one by one, a prompt asks for the next. */
import type { ProgramHost } from '../program.ts';
import type { Output } from './command.ts';
import { allCommands } from './commands/all-commands.ts';
import { Shell } from './shell.ts';

const PROMPT = '/ # ';

export async function runInteractive(
  host: ProgramHost,
  { stdin, tty, output }: { readonly stdin: AsyncIterable<Uint8Array>; readonly tty: boolean; readonly output: Output },
): Promise<number> {
  const shell = new Shell({
    host,
    commands: allCommands,
    variables: new Map([...host.config.env, ['HOSTNAME', host.hostname]]),
  });
  const decoder = new TextDecoder();
  let line = '';
  let code = 0;
  const run = async (): Promise<boolean> => {
    const text = line;
    line = '';
    const ends = /^\s*exit(?:\s+(\d+))?\s*$/.exec(text);
    if (ends !== null) code = Number(ends[1] ?? code);
    else if (text.trim() !== '') code = await shell.script(text, { output });
    return ends !== null;
  };
  if (tty) output('stdout', PROMPT);
  for await (const chunk of stdin) {
    for (const char of decoder.decode(chunk, { stream: true })) {
      if (char === '\r' || char === '\n') {
        if (tty) output('stdout', '\n');
        if (await run()) return code;
        if (tty) output('stdout', PROMPT);
      } else if (char === '\u007f') {
        if (line !== '' && tty) output('stdout', '\b \b');
        line = line.slice(0, -1);
      } else if (char === '\u0003') {
        line = '';
        output('stdout', `^C\n${PROMPT}`);
        code = 130;
      } else if (char === '\u0004') {
        if (line === '') return code;
      } else {
        line += char;
        if (tty) output('stdout', char);
      }
    }
  }
  await run();
  return code;
}
