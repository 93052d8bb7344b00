/** Commands on files and folders. */
import { bytesOf } from '../bytes-as-text.ts';
import type { CommandTable, Invocation } from '../command.ts';
import { flagsOf } from './arguments.ts';

async function exists({ shell }: Invocation, path: string): Promise<boolean> {
  const { files } = shell.host;
  return (await files.read(shell.resolve(path))) !== undefined || (await files.list(shell.resolve(path))) !== undefined;
}

async function test(invocation: Invocation, given: readonly string[]): Promise<number> {
  const args = given[0] === '!' ? given.slice(1) : given;
  const isTrue = await holds(invocation, args);
  return isTrue === (given[0] !== '!') ? 0 : 1;
}

async function holds(
  invocation: Invocation,
  [first = '', operator, third = '', ...rest]: readonly string[],
): Promise<boolean> {
  const { shell } = invocation;
  const { files } = shell.host;
  if (operator === undefined) return first !== '';
  if (first.startsWith('-') && third === '' && rest.length === 0) {
    switch (first) {
      case '-z':
        return operator === '';
      case '-n':
        return operator !== '';
      case '-e':
        return exists(invocation, operator);
      case '-f':
      case '-r':
        return (await files.read(shell.resolve(operator))) !== undefined;
      case '-s':
        return ((await files.read(shell.resolve(operator)))?.length ?? 0) > 0;
      case '-d':
        return (await files.list(shell.resolve(operator))) !== undefined;
      default:
        return false;
    }
  }
  const [left, right] = [Number.parseInt(first, 10), Number.parseInt(third, 10)];
  switch (operator) {
    case '=':
    case '==':
      return first === third;
    case '!=':
      return first !== third;
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    case '-ge':
      return left >= right;
    default:
      return false;
  }
}

async function copy(invocation: Invocation, { isMoved }: { readonly isMoved: boolean }): Promise<number> {
  const { shell, output } = invocation;
  const { rest } = flagsOf(invocation.args);
  const [from = '', to = ''] = rest;
  const content = await shell.host.files.read(shell.resolve(from));
  if (content === undefined) {
    output('stderr', `${isMoved ? 'mv' : 'cp'}: can't stat '${from}': No such file or directory\n`);
    return 1;
  }
  const isFolder = (await shell.host.files.list(shell.resolve(to))) !== undefined;
  const target = isFolder ? `${to}/${from.slice(from.lastIndexOf('/') + 1)}` : to;
  if (!shell.host.files.write(shell.resolve(target), content)) return readOnly(invocation, target);
  if (isMoved) shell.host.files.remove(shell.resolve(from));
  return 0;
}

function readOnly({ output }: Invocation, path: string): number {
  output('stderr', `can't create ${path}: Read-only file system\n`);
  return 1;
}

export const fileCommands: CommandTable = {
  test: (invocation) => test(invocation, invocation.args),
  '[': (invocation) => test(invocation, invocation.args.slice(0, -1)),
  '[[': (invocation) => test(invocation, invocation.args.slice(0, -1)),
  cp: (invocation) => copy(invocation, { isMoved: false }),
  mv: (invocation) => copy(invocation, { isMoved: true }),
  async ls(invocation) {
    const { shell, output } = invocation;
    const { flags, rest } = flagsOf(invocation.args);
    let code = 0;
    for (const path of rest.length === 0 ? ['.'] : rest) {
      const names = await shell.host.files.list(shell.resolve(path));
      const isFile = names === undefined && (await shell.host.files.read(shell.resolve(path))) !== undefined;
      if (names === undefined && !isFile) {
        output('stderr', `ls: ${path}: No such file or directory\n`);
        code = 1;
        continue;
      }
      const shown = (names ?? [path]).filter((name) => flags.has('a') || !name.startsWith('.')).toSorted();
      if (shown.length > 0) output('stdout', `${shown.join('\n')}\n`);
    }
    return code;
  },
  async touch(invocation) {
    const { shell } = invocation;
    for (const path of flagsOf(invocation.args).rest) {
      const old = await shell.host.files.read(shell.resolve(path));
      if (!shell.host.files.write(shell.resolve(path), old ?? new Uint8Array())) return readOnly(invocation, path);
    }
    return 0;
  },
  async rm(invocation) {
    const { shell, output } = invocation;
    const { flags, rest } = flagsOf(invocation.args);
    let code = 0;
    for (const path of rest) {
      if (shell.host.files.remove(shell.resolve(path)) || flags.has('f')) continue;
      output('stderr', `rm: can't remove '${path}': No such file or directory\n`);
      code = 1;
    }
    return code;
  },
  mkdir(invocation) {
    const { shell } = invocation;
    for (const path of flagsOf(invocation.args).rest) {
      if (!shell.host.files.makeFolder(shell.resolve(path))) return readOnly(invocation, path);
    }
    return 0;
  },
  async chmod({ args, shell }) {
    const { rest } = flagsOf(args);
    const [mode = '', ...paths] = rest;
    for (const path of paths) {
      const content = await shell.host.files.read(shell.resolve(path));
      if (content !== undefined && /^[0-7]+$/.test(mode))
        shell.host.files.write(shell.resolve(path), content, Number.parseInt(mode, 8));
    }
    return 0;
  },
  chown: () => 0,
  ln: (invocation) => copy(invocation, { isMoved: false }),
  sync: () => 0,
  async tee(invocation) {
    const { shell, input, output } = invocation;
    const { flags, rest } = flagsOf(invocation.args);
    output('stdout', input);
    for (const path of rest) {
      const old = flags.has('a') ? await shell.host.files.read(shell.resolve(path)) : undefined;
      const content = Buffer.concat([old ?? new Uint8Array(), bytesOf(input)]);
      if (!shell.host.files.write(shell.resolve(path), content)) return readOnly(invocation, path);
    }
    return 0;
  },
};
