/** Redirections of a command: where its output goes and its input comes from. */
import type { FileTree } from '../program.ts';
import { bytesOf, textOf } from './bytes-as-text.ts';
import type { Io, Output } from './command.ts';
import type { Redirect, Word } from './syntax.ts';

export interface RedirectParts {
  readonly files: FileTree;
  readonly pathOf: (target: Word) => Promise<string>;
  readonly resolve: (path: string) => string;
  /** How the shell was called: it begins its messages. */
  readonly shellName: string;
}

/** Files are written at the end, by `finish`. Undefined: something could not be opened, and that has been said. */
export async function openRedirects(
  redirects: readonly Redirect[],
  io: Io,
  { files: tree, pathOf, resolve, shellName }: RedirectParts,
): Promise<{ io: Io; finish: () => void } | undefined> {
  if (redirects.length === 0) return { io, finish: () => undefined };
  let { input } = io;
  const files: { path: string; text: string; isAppended: boolean }[] = [];
  /** Where 1 and 2 go: a stream of ours, a file, or nowhere. */
  const goes: Record<number, 'stdout' | 'stderr' | number | undefined> = { 1: 'stdout', 2: 'stderr' };
  for (const { from, operator, target } of redirects) {
    const name = await pathOf(target);
    if (operator === '>&') goes[from] = goes[Number(name)];
    else if (operator === '<') {
      const content = await tree.read(resolve(name));
      if (content === undefined) {
        io.output('stderr', `${shellName}: can't open ${name}: no such file\n`);
        return undefined;
      }
      input = textOf(content);
    } else if (name === '/dev/null') goes[from] = undefined;
    else if (name === '/dev/stdout' || name === '/proc/1/fd/1') goes[from] = 'stdout';
    else if (name === '/dev/stderr' || name === '/proc/1/fd/2') goes[from] = 'stderr';
    else goes[from] = files.push({ path: resolve(name), text: '', isAppended: operator === '>>' }) - 1;
  }
  const output: Output = (stream, text) => {
    const to = goes[stream === 'stdout' ? 1 : 2];
    if (typeof to === 'string') io.output(to, text);
    else if (to !== undefined) {
      const file = files[to];
      if (file !== undefined) file.text += text;
    }
  };
  const old = await Promise.all(files.map(async ({ path, isAppended }) => (isAppended ? tree.read(path) : undefined)));
  const finish = () => {
    for (const [index, { path, text }] of files.entries()) {
      const content = Buffer.concat([old[index] ?? new Uint8Array(), bytesOf(text)]);
      if (!tree.write(path, content))
        io.output('stderr', `${shellName}: can't create ${path}: Read-only file system\n`);
    }
  };
  return { io: { output, input }, finish };
}
