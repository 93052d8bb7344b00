/** What runs in a container's root, as a shell script on the machine: who it is, what it may, its environment, its command. */
import type { Privileges } from '../interface.ts';

export interface IsolatedCommand {
  /** Of the machine. */
  readonly root: string;
  readonly env: readonly (readonly [string, string])[];
  readonly directory: string;
  readonly user: number;
  readonly home: string;
  readonly group: number;
  readonly groups: readonly number[];
  readonly privileges: Privileges;
  readonly tty: boolean;
  /** Files into which it writes its ID first. */
  readonly joins: readonly string[];
  readonly command: readonly string[];
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What root may in a container of which nothing else is said. Source: containerd's defaults. */
const usualCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

/** In a file, since the arguments of processes can be read by everybody on the machine, and the environment holds secrets. */
export function commandScript(parts: IsolatedCommand): string {
  const { env, root, directory, user, home, command, tty, joins } = parts;
  const variables = new Map([
    ['PATH', DEFAULT_PATH],
    ['HOME', home],
    ...(tty ? [['TERM', 'xterm'] as const] : []),
    ...env,
  ]);
  const words = [
    ...[...variables].map(([name, value]) => `${name}=${value}`),
    ...identity(parts),
    '$unshare',
    `--root=${root}`,
    `--wd=${directory === '' ? '/' : directory}`,
    ...(isRoot() && user !== 0 ? [`--setuid=${user}`] : []),
    '--',
    ...command,
  ];
  const line = words.map((word) => (word === '$unshare' || word === '$setpriv' ? `"${word}"` : quoted(word))).join(' ');
  // The container's PATH must not choose the tools that make it.
  const joining = joins.map((file) => `echo $$ > ${quoted(file)}\n`).join('');
  const tools = `${joining}setpriv=$(command -v setpriv) unshare=$(command -v unshare)\n`;
  if (!tty) return `${tools}exec env -i -- ${line}\n`;
  // `script` gives a terminal to what asks for one.
  return `${tools}export setpriv unshare\nexec script -qefc ${quoted(`exec env -i -- ${line}`)} /dev/null\n`;
}

/** Groups and capabilities; the user comes last, with `unshare`, which still must be allowed to change the root. */
function identity({ user, group, groups, privileges }: IsolatedCommand): string[] {
  // Without root's rights there is only one user.
  const who = isRoot()
    ? [`--regid=${group}`, ...(groups.length === 0 ? ['--clear-groups'] : [`--groups=${groups.join()}`])]
    : [];
  const limits = privileges.noNewPrivileges ? ['--no-new-privs'] : [];
  const bounds = boundsOf(privileges);
  if (bounds === undefined) return who.length + limits.length === 0 ? [] : ['$setpriv', ...who, ...limits];
  // What changing the root and the user takes is inherited where it is not left; nobody but root keeps it.
  const needed = ['SYS_CHROOT', ...(user === 0 ? [] : ['SETUID'])].filter((name) => !bounds.allows(name));
  const kept = needed.length === 0 ? [] : ['$setpriv', `--inh-caps=${listed('+', needed)}`];
  return [...kept, '$setpriv', ...who, ...limits, `--bounding-set=${bounds.text}`];
}

/** Undefined: none. */
function boundsOf({
  privileged,
  add,
  drop,
}: Privileges): { text: string; allows: (name: string) => boolean } | undefined {
  const plain = (names: readonly string[]) => names.map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  const [more, less] = [plain(add), plain(drop)];
  if (privileged) return undefined;
  if (more.includes('ALL')) {
    const taken = less.filter((name) => name !== 'ALL');
    return taken.length === 0 ? undefined : { text: listed('-', taken), allows: (name) => !taken.includes(name) };
  }
  const usual = less.includes('ALL') ? [] : usualCapabilities.filter((name) => !less.includes(name));
  const left = [...new Set([...usual, ...more])];
  return {
    text: ['-all', ...(left.length === 0 ? [] : [listed('+', left)])].join(),
    allows: (name) => left.includes(name),
  };
}

/** As `setpriv` takes them. */
function listed(sign: '+' | '-', names: readonly string[]): string {
  return names.map((name) => sign + name.toLowerCase()).join();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** One word of a shell's. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
