/** tar, which `kubectl cp` asks for in both directions. */
import { bytesOf, textOf } from '../bytes-as-text.ts';
import type { CommandTable, Invocation } from '../command.ts';
import { readTar, type TarEntry, writeTar } from '../tar-archive.ts';

interface TarOptions {
  readonly letters: ReadonlySet<string>;
  /** Of the archive; "-" is the standard input or output. */
  readonly file: string;
  /** Where names begin. */
  readonly folder: string;
  readonly names: readonly string[];
}

function optionsOf(args: readonly string[]): TarOptions {
  const letters = new Set<string>();
  const names: string[] = [];
  let [file, folder] = ['-', '.'];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    // What begins with two dashes is about owners and permissions.
    if (arg.startsWith('--')) continue;
    if (at > 0 && (!arg.startsWith('-') || arg === '-')) {
      names.push(arg);
      continue;
    }
    for (const letter of arg.replace(/^-/, '')) {
      letters.add(letter);
      if (letter === 'f') file = args[++at] ?? '-';
      if (letter === 'C') folder = args[++at] ?? '.';
    }
  }
  return { letters, file, folder, names };
}

/** A file, or a folder with all that it has. Undefined: there is no such thing. */
async function entriesOf(invocation: Invocation, path: string, name: string): Promise<TarEntry[] | undefined> {
  const { files } = invocation.shell.host;
  const file = await files.stat(path);
  if (file !== undefined) return [{ path: name, ...file }];
  const below = await files.list(path);
  if (below === undefined) return undefined;
  const entries: TarEntry[] = [{ path: `${name}/`, content: new Uint8Array(), mode: 0o755 }];
  for (const each of below.toSorted())
    entries.push(...((await entriesOf(invocation, `${path === '/' ? '' : path}/${each}`, `${name}/${each}`)) ?? []));
  return entries;
}

async function create(invocation: Invocation, { letters, file, folder, names }: TarOptions): Promise<number> {
  const { shell, output } = invocation;
  const entries: TarEntry[] = [];
  let code = 0;
  for (const name of names) {
    const path = shell.resolve(name.startsWith('/') ? name : `${folder}/${name}`);
    const shown = name.replace(/^\/+/, '').replace(/\/+$/, '');
    if (name.startsWith('/')) output('stderr', "tar: removing leading '/' from member names\n");
    const found = await entriesOf(invocation, path, shown === '' ? '.' : shown);
    if (found !== undefined) entries.push(...found);
    else {
      output('stderr', `tar: ${name}: No such file or directory\n`);
      code = 1;
    }
  }
  if (code !== 0) output('stderr', 'tar: error exit delayed from previous errors\n');
  if (letters.has('v')) output(file === '-' ? 'stderr' : 'stdout', entries.map(({ path }) => `${path}\n`).join(''));
  const archive = writeTar(entries, { seconds: Math.floor(shell.host.now() / 1000) });
  if (file === '-') output('stdout', textOf(archive));
  else if (!shell.host.files.write(shell.resolve(file), archive)) return failed(invocation, `can't open '${file}'`);
  return code;
}

async function extract(invocation: Invocation, { letters, file, folder, names }: TarOptions): Promise<number> {
  const { shell, input, output } = invocation;
  const { files } = shell.host;
  const bytes = file === '-' ? bytesOf(input) : await files.read(shell.resolve(file));
  if (bytes === undefined) return failed(invocation, `can't open '${file}': No such file or directory`);
  if ((await files.list(shell.resolve(folder))) === undefined)
    return failed(invocation, `can't change directory to '${folder}': No such file or directory`);
  const entries = readTar(Buffer.from(bytes));
  if (entries === undefined) return failed(invocation, 'invalid tar magic');
  const isWanted = (path: string) => names.length === 0 || names.some((name) => `${path}/`.startsWith(`${name}/`));
  for (const { path, content, mode } of entries.filter((entry) => isWanted(entry.path))) {
    if (letters.has('t') || letters.has('v')) output('stdout', `${path}\n`);
    if (letters.has('t')) continue;
    // Names stay below the folder.
    const inside = shell.resolve(`/${path}`).slice(1);
    const target = shell.resolve(`${folder}/${inside}`);
    const isFolder = path.endsWith('/');
    if (isFolder && (await files.list(target)) !== undefined) continue;
    if (!(isFolder ? files.makeFolder(target) : files.write(target, content, mode)))
      return failed(invocation, `can't open '${path}': Read-only file system`);
  }
  return 0;
}

function failed({ output }: Invocation, why: string): number {
  output('stderr', `tar: ${why}\n`);
  return 1;
}

export const tarCommand: CommandTable = {
  tar(invocation) {
    const options = optionsOf(invocation.args);
    const { letters } = options;
    if (letters.has('z') || letters.has('j') || letters.has('J'))
      return failed(invocation, 'the built-in shell knows no compression');
    if (letters.has('c')) return create(invocation, options);
    if (letters.has('x') || letters.has('t')) return extract(invocation, options);
    return failed(invocation, 'you must specify one of -c, -x, -t');
  },
};
