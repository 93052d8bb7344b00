/** Commands about time, the environment and the container itself. */
import { parseDuration } from '../../durations.ts';
import { evaluateArithmetic } from '../arithmetic.ts';
import type { CommandTable, Invocation } from '../command.ts';
import { flagsOf } from './arguments.ts';

/** Longer than any simulation. */
const FOREVER = 2 ** 31 - 1;

async function runShell(invocation: Invocation): Promise<number> {
  const { args, input, output, shell } = invocation;
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (at >= 0) {
    const options = args.slice(0, at + 1).join('');
    const script = (options.includes('e') ? 'set -e\n' : '') + (args[at + 1] ?? '');
    return shell.script(script, { output, input, args: args.slice(at + 2) });
  }
  const file = args.find((arg) => !arg.startsWith('-'));
  if (file === undefined) return shell.script(input, { output });
  const content = await shell.host.files.read(shell.resolve(file));
  if (content === undefined) {
    output('stderr', `sh: can't open '${file}': No such file or directory\n`);
    return 2;
  }
  return shell.script(Buffer.from(content).toString('utf8'), { output, input, args: args.slice(args.indexOf(file)) });
}

/** strftime's usual letters; UTC, as containers have it. */
function formatDate(now: number, format: string): string {
  const date = new Date(now);
  const iso = date.toISOString();
  const day = date.toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
  const month = date.toLocaleDateString('en-US', { month: 'short', timeZone: 'UTC' });
  const fields: Record<string, string> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    e: String(date.getUTCDate()).padStart(2),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    N: `${iso.slice(20, 23)}000000`,
    s: String(Math.floor(now / 1000)),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    a: day,
    b: month,
    Z: 'UTC',
    z: '+0000',
    '%': '%',
  };
  return format.replaceAll(/%([A-Za-z%])/g, (whole, letter: string) => fields[letter] ?? whole);
}

export const processCommands: CommandTable = {
  sh: runShell,
  ash: runShell,
  bash: runShell,
  dash: runShell,
  true: () => 0,
  ':': () => 0,
  false: () => 1,
  async sleep({ args, output, shell }) {
    let total = 0;
    for (const arg of args) {
      const time = arg === 'infinity' || arg === 'inf' ? FOREVER : parseDuration(arg);
      if (time === undefined) {
        output('stderr', `sleep: invalid number '${arg}'\n`);
        return 1;
      }
      total += time;
    }
    const { signal } = shell.host;
    while (total > 0 && !signal.aborted) {
      await shell.host.sleep(Math.min(total, FOREVER), signal);
      total -= FOREVER;
    }
    return signal.aborted ? 143 : 0;
  },
  date({ args, output, shell }) {
    const format = args.find((arg) => arg.startsWith('+'))?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y';
    const iso = args.includes('-Iseconds') || args.includes('-Is') ? '%FT%T+00:00' : format;
    output('stdout', `${formatDate(shell.host.now(), iso)}\n`);
    return 0;
  },
  hostname({ args, output, shell }) {
    output(
      'stdout',
      `${args.includes('-i') || args.includes('-I') ? (shell.host.ips[0] ?? '') : shell.host.hostname}\n`,
    );
    return 0;
  },
  env({ args, output, input, shell }) {
    if (args.length > 0) return shell.command(args, { output, input });
    for (const [name, value] of shell.variables) output('stdout', `${name}=${value}\n`);
    return 0;
  },
  printenv({ args, output, shell }) {
    const names = args.length === 0 ? [...shell.variables.keys()] : args;
    for (const name of names) {
      const value = shell.variables.get(name);
      if (value === undefined) return 1;
      output('stdout', args.length === 0 ? `${name}=${value}\n` : `${value}\n`);
    }
    return 0;
  },
  export({ args, shell }) {
    for (const arg of args) {
      const at = arg.indexOf('=');
      if (at > 0) shell.variables.set(arg.slice(0, at), arg.slice(at + 1));
    }
    return 0;
  },
  unset({ args, shell }) {
    for (const name of args) shell.variables.delete(name);
    return 0;
  },
  read({ args, input, shell }) {
    const { rest } = flagsOf(args);
    const line = input.split('\n')[0] ?? '';
    const words = line.trim().split(/\s+/);
    for (const [index, name] of rest.entries()) {
      shell.variables.set(name, index === rest.length - 1 ? words.slice(index).join(' ') : (words[index] ?? ''));
    }
    return input === '' ? 1 : 0;
  },
  async cd({ args, output, shell }) {
    const target = shell.resolve(args[0] ?? '/');
    if (target !== '/' && (await shell.host.files.list(target)) === undefined) {
      output('stderr', `sh: cd: can't cd to ${args[0] ?? ''}: No such file or directory\n`);
      return 2;
    }
    shell.directory = target;
    return 0;
  },
  pwd({ output, shell }) {
    output('stdout', `${shell.directory}\n`);
    return 0;
  },
  id({ args, output, shell }) {
    const { runAsUser = 0, runAsGroup = 0, supplementalGroups } = shell.host.config;
    if (args.includes('-u')) output('stdout', `${runAsUser}\n`);
    else if (args.includes('-g')) output('stdout', `${runAsGroup}\n`);
    else if (args.includes('-G')) output('stdout', `${[...new Set([runAsGroup, ...supplementalGroups])].join(' ')}\n`);
    else
      output(
        'stdout',
        `uid=${runAsUser} gid=${runAsGroup} groups=${[...new Set([runAsGroup, ...supplementalGroups])].join(',')}\n`,
      );
    return 0;
  },
  whoami({ output, shell }) {
    const { runAsUser = 0 } = shell.host.config;
    output('stdout', runAsUser === 0 ? 'root\n' : `${runAsUser}\n`);
    return 0;
  },
  uname({ args, output }) {
    output('stdout', args.includes('-a') ? 'Linux simulated 6.1.0-simulated x86_64 GNU/Linux\n' : 'Linux\n');
    return 0;
  },
  /** Whole numbers, compared or computed. */
  expr({ args, output }) {
    const value = evaluateArithmetic(args.join(' ').replaceAll(' = ', ' == '), () => '0');
    output('stdout', `${value}\n`);
    return value === 0 ? 1 : 0;
  },
  nproc({ output }) {
    output('stdout', '1\n');
    return 0;
  },
  ps({ output, shell }) {
    const { command, args } = shell.host.config;
    output('stdout', `PID   USER     TIME  COMMAND\n    1 root      0:00 ${[...command, ...args].join(' ')}\n`);
    return 0;
  },
  which({ args, output }) {
    for (const name of args) output('stdout', `/bin/${name}\n`);
    return 0;
  },
  trap: () => 0,
  kill: () => 0,
  umask: () => 0,
  ulimit: () => 0,
};
