/** Commands that print and transform text. */
import { bytesOf } from '../bytes-as-text.ts';
import type { CommandTable, Invocation } from '../command.ts';
import { flagsOf, readInputs } from './arguments.ts';
import { canonicalDump } from './hex-dump.ts';
import { formatPrintf, unescapeText } from './printf.ts';

function lines(text: string): string[] {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  return all;
}

function printLines({ output }: Invocation, all: readonly string[]): number {
  if (all.length > 0) output('stdout', `${all.join('\n')}\n`);
  return 0;
}

/** -n 3, -n3 or -3. */
function count(args: readonly string[]): { readonly amount: number; readonly rest: string[] } {
  let amount = 10;
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const inline = /^-n?(\d+)$/.exec(arg)?.[1];
    if (inline !== undefined) amount = Number(inline);
    else if (arg === '-n') amount = Number(args[++at]);
    else rest.push(arg);
  }
  return { amount, rest };
}

export const textCommands: CommandTable = {
  echo({ args, output }) {
    const flags = /^-[neE]+$/;
    let at = 0;
    let newline = true;
    let escapes = false;
    for (; flags.test(args[at] ?? ''); at++) {
      if (args[at]?.includes('n') === true) newline = false;
      if (args[at]?.includes('e') === true) escapes = true;
    }
    const text = args.slice(at).join(' ');
    output('stdout', (escapes ? unescapeText(text) : text) + (newline ? '\n' : ''));
    return 0;
  },
  printf({ args, output }) {
    output('stdout', formatPrintf(args[0] ?? '', args.slice(1)));
    return 0;
  },
  async cat(invocation) {
    const { text, code } = await readInputs(invocation, 'cat', invocation.args);
    invocation.output('stdout', text);
    return code;
  },
  /** Only as `hexdump -C` writes it. */
  async hexdump(invocation) {
    const { rest } = flagsOf(invocation.args);
    const { shell, output, input } = invocation;
    const bytes = rest[0] === undefined ? bytesOf(input) : await shell.host.files.read(shell.resolve(rest[0]));
    if (bytes === undefined) {
      output('stderr', `hexdump: ${rest[0] ?? ''}: No such file or directory\n`);
      return 1;
    }
    output('stdout', canonicalDump(bytes));
    return 0;
  },
  async head(invocation) {
    const { amount, rest } = count(invocation.args);
    const { text, code } = await readInputs(invocation, 'head', rest);
    printLines(invocation, lines(text).slice(0, amount));
    return code;
  },
  async tail(invocation) {
    const { flags, rest } = flagsOf(invocation.args.filter((arg) => !/^-n?\d+$/.test(arg)));
    const { amount } = count(invocation.args.filter((arg) => !/^-[fF]$/.test(arg)));
    const files = rest.filter((file) => file !== String(amount));
    const { text, code } = await readInputs(invocation, 'tail', files);
    if (files.length > 0 || invocation.input !== '')
      printLines(invocation, amount === 0 ? [] : lines(text).slice(-amount));
    if (!flags.has('f') && !flags.has('F')) return code;
    const { host } = invocation.shell;
    for (let seen = text.length; ; ) {
      await host.sleep(1000, host.signal);
      if (host.signal.aborted) return 143;
      const { text: now } = await readInputs(invocation, 'tail', files, { quiet: true });
      if (now.length > seen) invocation.output('stdout', now.slice(seen));
      seen = now.length;
    }
  },
  async grep(invocation) {
    const { flags, rest } = flagsOf(invocation.args);
    const [pattern = '', ...files] = rest;
    const { text, code } = await readInputs(invocation, 'grep', files);
    if (code !== 0) return 2;
    const source = flags.has('F') ? pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`) : pattern;
    let expression: RegExp;
    try {
      expression = new RegExp(source, flags.has('i') ? 'i' : '');
    } catch {
      invocation.output('stderr', `grep: bad regex '${pattern}'\n`);
      return 2;
    }
    const found = lines(text).filter((line) => expression.test(line) !== flags.has('v'));
    if (flags.has('c')) invocation.output('stdout', `${found.length}\n`);
    else if (!flags.has('q')) printLines(invocation, found);
    return found.length > 0 ? 0 : 1;
  },
  async wc(invocation) {
    const { flags, rest } = flagsOf(invocation.args);
    const { text, code } = await readInputs(invocation, 'wc', rest);
    const counts: [string, number][] = [
      ['l', text.split('\n').length - 1],
      ['w', text.split(/\s+/).filter((word) => word !== '').length],
      ['c', bytesOf(text).length],
    ];
    const shown = counts.filter(([name]) => flags.size === 0 || flags.has(name)).map(([, value]) => String(value));
    invocation.output('stdout', `${[...shown, ...rest].join(' ')}\n`);
    return code;
  },
  async sort(invocation) {
    const { flags, rest } = flagsOf(invocation.args);
    const { text, code } = await readInputs(invocation, 'sort', rest);
    const order = flags.has('n') ? (a: string, b: string) => Number.parseFloat(a) - Number.parseFloat(b) : undefined;
    const sorted = lines(text).toSorted(order);
    if (flags.has('r')) sorted.reverse();
    printLines(invocation, flags.has('u') ? [...new Set(sorted)] : sorted);
    return code;
  },
  tr({ args, input, output }) {
    const { flags, rest } = flagsOf(args);
    const expand = (set: string) =>
      unescapeText(set).replaceAll(/(.)-(.)/g, (_, from: string, to: string) => {
        let all = '';
        for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) all += String.fromCharCode(code);
        return all;
      });
    const from = expand(rest[0] ?? '');
    const to = expand(rest[1] ?? '');
    const translated = input.split('').map((char) => {
      const at = from.indexOf(char);
      if (at < 0) return char;
      return flags.has('d') ? '' : (to[Math.min(at, to.length - 1)] ?? '');
    });
    output('stdout', translated.join(''));
    return 0;
  },
  seq({ args, output }) {
    const numbers = args.map(Number);
    const [first = 1, step = 1, last = 0] =
      numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    const all: number[] = [];
    for (let value = first; step > 0 ? value <= last : step < 0 && value >= last; value += step) all.push(value);
    if (all.length > 0) output('stdout', `${all.join('\n')}\n`);
    return 0;
  },
  basename({ args, output }) {
    const name = (args[0] ?? '').replace(/\/+$/, '');
    output('stdout', `${name.slice(name.lastIndexOf('/') + 1).replace(args[1] ?? '', '')}\n`);
    return 0;
  },
  dirname({ args, output }) {
    const at = (args[0] ?? '').lastIndexOf('/');
    output('stdout', `${at < 0 ? '.' : (args[0] ?? '').slice(0, at) || '/'}\n`);
    return 0;
  },
};
