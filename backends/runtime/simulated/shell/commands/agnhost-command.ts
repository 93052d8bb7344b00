/** agnhost, the image of upstream's test suites: those of its programs that end. The others serve, as everything does that is not known. */
import type { CommandTable, Invocation } from '../command.ts';

const written = 'mount-tester new file\n';
/** Milliseconds between two looks at a file. */
const lookInterval = 2000;
/** Of folders; with a bit that no file has. */
const folderMode = 0o40777;

type Check = (invocation: Invocation, path: string, flags: ReadonlyMap<string, string>) => Promise<boolean>;

function say({ output }: Invocation, text: string): void {
  output('stdout', `${text}\n`);
}

async function withFile(
  invocation: Invocation,
  path: string,
  verb: string,
  show: (mode: number) => string,
): Promise<boolean> {
  const { files } = invocation.shell.host;
  const file = await files.stat(path);
  const isFolder = file === undefined && (await files.list(path)) !== undefined;
  if (file === undefined && !isFolder) {
    say(invocation, `error from Stat(${JSON.stringify(path)}): stat ${path}: no such file or directory`);
    return false;
  }
  say(invocation, `${verb} ${JSON.stringify(path)}: ${show(file?.mode ?? folderMode)}`);
  return true;
}

/** "-rw-r--r--", "drwxrwxrwx" for a folder. */
function permissions(mode: number): string {
  const bits = 'rwxrwxrwx'.split('').map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  return `${mode === folderMode ? 'd' : '-'}${bits.join('')}`;
}

async function content(invocation: Invocation, path: string): Promise<boolean> {
  const found = await invocation.shell.host.files.read(path);
  if (found === undefined) {
    say(invocation, `error reading file content for ${JSON.stringify(path)}: open ${path}: no such file or directory`);
    return false;
  }
  say(invocation, `content of file ${JSON.stringify(path)}: ${Buffer.from(found).toString('utf8')}`);
  return true;
}

const newFile =
  (mode: number): Check =>
  async (invocation, path) => {
    if (invocation.shell.host.files.write(path, Buffer.from(written), mode)) return content(invocation, path);
    say(invocation, `error writing new file ${JSON.stringify(path)}: open ${path}: read-only file system`);
    return false;
  };

/** In the order in which they are made. */
const checks: Readonly<Record<string, Check>> = {
  fs_type(invocation, path) {
    const mount = invocation.shell.host.config.mounts.find((each) => each.path === path);
    say(
      invocation,
      `mount type of ${JSON.stringify(path)}: ${mount?.volume.isMemory === true ? 'tmpfs' : '0x794c7630'}`,
    );
    return Promise.resolve(true);
  },
  new_file_0644: newFile(0o644),
  new_file_0666: newFile(0o666),
  new_file_0660: newFile(0o660),
  new_file_0777: newFile(0o777),
  file_mode: (invocation, path) => withFile(invocation, path, 'mode of file', permissions),
  file_perm: (invocation, path) => withFile(invocation, path, 'perms of file', (mode) => permissions(mode & 0o777)),
  file_owner({ shell, output }, path) {
    const { runAsUser = 0, supplementalGroups } = shell.host.config;
    output(
      'stdout',
      `owner UID of ${JSON.stringify(path)}: ${runAsUser}\nowner GID of ${JSON.stringify(path)}: ${supplementalGroups.at(-1) ?? 0}\n`,
    );
    return Promise.resolve(true);
  },
  file_content: content,
  async file_content_in_loop(invocation, path, flags) {
    const { host } = invocation.shell;
    const ends = host.now() + Number(flags.get('retry_time') ?? 180) * 1000;
    const breaks = flags.get('break_on_expected_content') !== 'false';
    for (let was = false; ; await host.sleep(lookInterval, host.signal)) {
      if (host.now() >= ends || host.signal.aborted) return was;
      const found = await host.files.read(path);
      was = found !== undefined;
      if (found === undefined) {
        say(invocation, `Error reading file ${path}: open ${path}: no such file or directory, retrying`);
        continue;
      }
      const text = Buffer.from(found).toString('utf8');
      say(invocation, `content of file ${JSON.stringify(path)}: ${text}`);
      if (!breaks) continue;
      if (text === written) return true;
      say(invocation, `Unexpected content. Expected: ${written}. Retrying`);
    }
  },
};

async function mounttest(invocation: Invocation, args: readonly string[]): Promise<number> {
  const flags = new Map(
    args.map((arg) => {
      const [name = '', ...value] = arg.replace(/^--/, '').split('=');
      return [name, value.join('=')] as const;
    }),
  );
  let code = 0;
  for (const [name, check] of Object.entries(checks)) {
    const path = flags.get(name);
    if (path !== undefined && !(await check(invocation, path, flags))) code = 1;
  }
  return code;
}

/** Programs of the image that end by themselves. */
export const endingAgnhostPrograms: ReadonlySet<string> = new Set(['mounttest', 'entrypoint-tester', 'etc-hosts']);

function agnhost(invocation: Invocation): number | Promise<number> {
  const [program = '', ...args] = invocation.args;
  if (program === 'mounttest') return mounttest(invocation, args);
  if (program === 'etc-hosts') return invocation.shell.command(['cat', '/etc/hosts'], invocation);
  say(invocation, `[${['/agnhost', ...invocation.args].join(' ')}]`);
  return 0;
}

export const agnhostCommands: CommandTable = {
  agnhost,
  'agnhost-2': (invocation) => {
    say(invocation, `[${['/agnhost-2', ...invocation.args].join(' ')}]`);
    return 0;
  },
};
