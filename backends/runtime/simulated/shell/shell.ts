/** Runs syntax trees: variables, expansions, flow. What a command does is in commands/. */
import type { ProgramHost } from '../program.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import type { CommandTable, Invocation, Io, Output, ShellScope } from './command.ts';
import { Leave } from './leave.ts';
import { matchesPattern, trimPattern } from './patterns.ts';
import { parseScript } from './parser.ts';
import { openRedirects } from './redirects.ts';
import { type Command, type List, ShellSyntaxError, type Word } from './syntax.ts';

/** Loops that never sleep: after so many rounds others get their turn. */
const ROUNDS_WITHOUT_PAUSE = 64;

interface ShellParts {
  readonly host: ProgramHost;
  readonly commands: CommandTable;
  readonly variables: ReadonlyMap<string, string>;
}

export class Shell implements ShellScope {
  readonly host: ProgramHost;
  readonly variables: Map<string, string>;
  directory: string;
  readonly #commands: CommandTable;
  readonly #functions = new Map<string, Command>();
  #positional: readonly string[] = [];
  #name = 'sh';
  #status = 0;
  /** What goes on in the background. */
  readonly #jobs: Promise<number>[] = [];
  #rounds = 0;
  #exitOnError = false;

  constructor({ host, commands, variables }: ShellParts) {
    this.host = host;
    this.#commands = commands;
    this.variables = new Map(variables);
    this.directory = host.config.workingDirectory === '' ? '/' : host.config.workingDirectory;
  }

  /** @returns the exit code */
  async script(
    text: string,
    { output, input = '', args = [] }: { output: Output; input?: string; args?: readonly string[] },
  ): Promise<number> {
    let list: List;
    try {
      list = parseScript(text);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      output('stderr', `sh: ${error.message}\n`);
      return 2;
    }
    this.#name = args[0] ?? 'sh';
    this.#positional = args.slice(1);
    return this.#leaving('exit', () => this.#list(list, { output, input }));
  }

  /** One command, its words as they are. */
  async command(words: readonly string[], io: Io): Promise<number> {
    const [name = ''] = words;
    const base = name.slice(name.lastIndexOf('/') + 1);
    const command = Object.hasOwn(this.#commands, base) ? this.#commands[base] : undefined;
    if (command === undefined) {
      io.output('stderr', `sh: ${name}: not found\n`);
      return 127;
    }
    const invocation: Invocation = { ...io, args: words.slice(1), shell: this };
    return command(invocation);
  }

  #fork(): Shell {
    const child = new Shell({ host: this.host, commands: this.#commands, variables: this.variables });
    child.directory = this.directory;
    child.#positional = this.#positional;
    child.#name = this.#name;
    for (const [name, body] of this.#functions) child.#functions.set(name, body);
    return child;
  }

  async #leaving(what: Leave['what'], run: () => Promise<number>): Promise<number> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Leave && error.what === what) return error.code;
      throw error;
    }
  }

  async #list(list: List, io: Io): Promise<number> {
    for (const { pipeline, after, isBackground } of list) {
      if ((after === '&&' && this.#status !== 0) || (after === '||' && this.#status === 0)) continue;
      if (this.host.signal.aborted) throw new Leave('exit', 143);
      if (isBackground) {
        // It goes on by itself, in what it sees as its own shell.
        const child = this.#fork();
        this.#jobs.push(child.#leaving('exit', () => child.#pipeline(pipeline.commands, io)).catch(() => 1));
        this.#status = 0;
        continue;
      }
      const code = await this.#pipeline(pipeline.commands, io);
      this.#status = pipeline.isNegated ? (code === 0 ? 1 : 0) : code;
      if (this.#exitOnError && this.#status !== 0 && !pipeline.isNegated && list.at(-1)?.after === ';') {
        throw new Leave('exit', this.#status);
      }
    }
    return this.#status;
  }

  async #pipeline(commands: readonly Command[], io: Io): Promise<number> {
    const last = commands.at(-1);
    if (last === undefined) return 0;
    let { input } = io;
    for (const command of commands.slice(0, -1)) {
      let written = '';
      const output: Output = (stream, text) => {
        if (stream === 'stdout') written += text;
        else io.output(stream, text);
      };
      const child = this.#fork();
      await child.#leaving('exit', () => child.#command(command, { output, input }));
      input = written;
    }
    return this.#command(last, { output: io.output, input });
  }

  async #command(command: Command, io: Io): Promise<number> {
    if (command.type === 'function') {
      this.#functions.set(command.name, command.body);
      return 0;
    }
    const redirected = await openRedirects(command.redirects, io, {
      files: this.host.files,
      pathOf: async (target) => this.#expandOne(target),
      resolve: (path) => this.resolve(path),
      shellName: shellName(this.host.config.command[0]),
    });
    if (redirected === undefined) return 1;
    const code = await this.#bare(command, redirected.io);
    redirected.finish();
    return code;
  }

  async #bare(command: Exclude<Command, { type: 'function' }>, io: Io): Promise<number> {
    switch (command.type) {
      case 'simple':
        return this.#simple(command, io);
      case 'group': {
        if (!command.isSubshell) return this.#list(command.list, io);
        const child = this.#fork();
        return child.#leaving('exit', () => child.#list(command.list, io));
      }
      case 'if': {
        for (const { condition, body } of command.branches) {
          if ((await this.#condition(condition, io)) === 0) return this.#list(body, io);
        }
        this.#status = 0;
        return this.#list(command.otherwise, io);
      }
      case 'while': {
        let code = 0;
        for (;;) {
          const holds = (await this.#condition(command.condition, io)) === 0;
          if (holds === command.until) return code;
          const next = await this.#round(command.body, io);
          if (next === undefined) return code;
          code = next;
        }
      }
      case 'for': {
        const words = command.words === undefined ? this.#positional : await this.#expandAll(command.words);
        let code = 0;
        for (const word of words) {
          this.variables.set(command.name, word);
          const next = await this.#round(command.body, io);
          if (next === undefined) return code;
          code = next;
        }
        return code;
      }
      case 'case': {
        const subject = await this.#expandOne(command.subject);
        for (const { patterns, body } of command.cases) {
          for (const pattern of patterns) {
            if (matchesPattern(await this.#expandOne(pattern), subject)) return this.#list(body, io);
          }
        }
        return 0;
      }
    }
  }

  /** Conditions may fail under `set -e`. */
  async #condition(list: List, io: Io): Promise<number> {
    const before = this.#exitOnError;
    this.#exitOnError = false;
    try {
      return await this.#list(list, io);
    } finally {
      this.#exitOnError = before;
    }
  }

  /** Undefined: the loop is left. */
  async #round(body: List, io: Io): Promise<number | undefined> {
    if (++this.#rounds % ROUNDS_WITHOUT_PAUSE === 0) await this.host.sleep(1, this.host.signal);
    try {
      return await this.#list(body, io);
    } catch (error) {
      if (!(error instanceof Leave) || (error.what !== 'break' && error.what !== 'continue')) throw error;
      if (error.code > 1) throw new Leave(error.what, error.code - 1);
      return error.what === 'break' ? undefined : 0;
    }
  }

  async #simple({ assignments, words }: Extract<Command, { type: 'simple' }>, io: Io): Promise<number> {
    const expanded = await this.#expandAll(words);
    const before = new Map<string, string | undefined>();
    for (const [name, word] of assignments) {
      before.set(name, this.variables.get(name));
      this.variables.set(name, await this.#expandOne(word));
    }
    const [name] = expanded;
    if (name === undefined) return assignments.length > 0 && words.length === 0 ? 0 : this.#status;
    try {
      return await this.#invoke(name, expanded, io);
    } finally {
      for (const [variable, value] of before) {
        if (value === undefined) this.variables.delete(variable);
        else this.variables.set(variable, value);
      }
    }
  }

  async #invoke(name: string, words: readonly string[], io: Io): Promise<number> {
    const code = (fallback: number) => (words[1] === undefined ? fallback : Number.parseInt(words[1], 10) & 255);
    const body = this.#functions.get(name);
    if (body !== undefined) {
      const before = this.#positional;
      this.#positional = words.slice(1);
      try {
        return await this.#leaving('return', () => this.#command(body, io));
      } finally {
        this.#positional = before;
      }
    }
    switch (name) {
      case 'exit':
        throw new Leave('exit', code(this.#status));
      case 'return':
        throw new Leave('return', code(this.#status));
      case 'break':
      case 'continue':
        throw new Leave(name, code(1));
      case 'shift':
        this.#positional = this.#positional.slice(code(1));
        return 0;
      case 'set':
        for (const option of words.slice(1)) {
          if (/^[-+][a-z]*e/.test(option)) this.#exitOnError = option.startsWith('-');
        }
        return 0;
      case 'exec':
        if (words.length === 1) return 0;
        throw new Leave('exit', await this.command(words.slice(1), io));
      case 'wait':
        await Promise.all(this.#jobs.splice(0));
        return 0;
      case 'eval':
        return this.#list(parseScript(words.slice(1).join(' ')), io);
      default:
        return this.command(words, io);
    }
  }

  resolve(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `${this.directory}/${path}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }

  async #expandAll(words: readonly Word[]): Promise<string[]> {
    const all: string[] = [];
    for (const word of words) {
      // "$@" is as many words as there are.
      if (word.length === 1 && word[0]?.type === 'parameter' && word[0].name === '@') all.push(...this.#positional);
      else all.push(...(await this.#split(word)));
    }
    return all;
  }

  async #split(word: Word): Promise<string[]> {
    const fields: string[] = [];
    let field: string | undefined;
    for (const part of word) {
      const text = await this.#part(part);
      if (part.type === 'text' || part.isQuoted) {
        field = (field ?? '') + text;
        continue;
      }
      const pieces = text.split(/\s+/);
      if (pieces[0] !== '') field = (field ?? '') + (pieces[0] ?? '');
      for (const piece of pieces.slice(1)) {
        if (field !== undefined) fields.push(field);
        field = piece === '' ? undefined : piece;
      }
    }
    if (field !== undefined) fields.push(field);
    return fields;
  }

  async #expandOne(word: Word): Promise<string> {
    let text = '';
    for (const part of word) text += await this.#part(part);
    return text;
  }

  async #part(part: Word[number]): Promise<string> {
    switch (part.type) {
      case 'text':
        return part.text;
      case 'arithmetic':
        return String(evaluateArithmetic(await this.#expandOne(part.expression), (name) => this.#valueOf(name) ?? '0'));
      case 'command': {
        let written = '';
        const child = this.#fork();
        const output: Output = (_stream, text) => {
          written += text;
        };
        this.#status = await child.#leaving('exit', () => child.#list(part.list, { output, input: '' }));
        return written.replace(/\n+$/, '');
      }
      case 'parameter':
        return this.#parameter(part);
    }
  }

  async #parameter({ name, operator, word }: Extract<Word[number], { type: 'parameter' }>): Promise<string> {
    const value = this.#valueOf(name);
    const isMissing = value === undefined || (operator.startsWith(':') && value === '');
    switch (operator.replace(':', '')) {
      case '-':
        return isMissing ? this.#expandOne(word) : value;
      case '+':
        return isMissing ? '' : this.#expandOne(word);
      case '=': {
        if (!isMissing) return value;
        const assigned = await this.#expandOne(word);
        this.variables.set(name, assigned);
        return assigned;
      }
      case '?':
        if (!isMissing) return value;
        throw new Leave('exit', 2);
      case '#':
        return word.length === 0
          ? String((value ?? '').length)
          : trimPattern(value ?? '', await this.#expandOne(word), operator);
      case '##':
      case '%':
      case '%%':
        return trimPattern(value ?? '', await this.#expandOne(word), operator);
      default:
        return value ?? '';
    }
  }

  #valueOf(name: string): string | undefined {
    if (name === '?') return String(this.#status);
    if (name === '$') return '1';
    if (name === '!') return '2';
    if (name === 'RANDOM') return String(Math.floor(this.host.random() * 32_768));
    if (name === '#') return String(this.#positional.length);
    if (name === '@' || name === '*') return this.#positional.join(' ');
    if (name === '0') return this.#name;
    if (/^\d$/.test(name)) return this.#positional[Number(name) - 1];
    return this.variables.get(name);
  }
}

function shellName(command = 'sh'): string {
  return /(?:^|\/)(?:ba|da|a)?sh$/.test(command) ? command : 'sh';
}
