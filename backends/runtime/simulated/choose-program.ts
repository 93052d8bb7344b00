/** Guesses what a container would do: commands that the built-in shell knows are run, everything else serves until it is stopped. */
import type { ContainerConfig } from '../interface.ts';
import { type Program, type ProgramHost, serve } from './program.ts';
import type { Output } from './shell/command.ts';
import { endingAgnhostPrograms } from './shell/commands/agnhost-command.ts';
import { allCommands } from './shell/commands/all-commands.ts';
import { parseScript } from './shell/parser.ts';
import { Shell } from './shell/shell.ts';
import { type Command, type List, ShellSyntaxError, type Word } from './shell/syntax.ts';

/** Images whose entry point is a shell, or none: their arguments are the command. */
const shellImages = /(?:^|\/)(?:busybox|alpine|ubuntu|debian|fedora|centos|bash|toybox)(?=[:@]|$)/;
/** The image of upstream's test suites, with its entry point. */
const testImage = /(?:^|\/)agnhost(?=[:@]|$)/;
/** Images that do one thing and end. */
const endingImages = /(?:^|\/)hello-world(?=[:@]|$)/;
/** Programs that usually do something and end; what they would print is not known. */
const endingTools = new Set([
  'perl',
  'python',
  'python3',
  'psql',
  'pg_dump',
  'mysql',
  'curl',
  'wget',
  'git',
  'tar',
  'openssl',
  'nslookup',
  'dig',
  'kubectl',
]);
const usualRunTime = 2000;

const builtIn = new Set(['exit', 'return', 'break', 'continue', 'shift', 'set', 'exec', 'eval', 'wait']);

function isText(word: Word | undefined, text: string): boolean {
  return word?.length === 1 && word[0]?.type === 'text' && word[0].text === text;
}

export function chooseProgram(config: ContainerConfig): Program {
  const argv = argvOf(config);
  if (argv === undefined)
    return endingImages.test(config.image) ? printed('Hello from a simulated container!\n', 0) : serve;
  const [name = ''] = argv;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (base === 'agnhost' && !endingAgnhostPrograms.has(argv[1] ?? '')) return serve;
  if (endingTools.has(base)) return tool(argv.join(' '));
  if (!Object.hasOwn(allCommands, base) || !isKnown(base, argv)) return serve;
  return {
    kind: 'commands',
    run: (host) => runCommand(host, argv, { input: '', output: (stream, text) => host.print(stream, text) }),
  };
}

/** Exec: whatever it is, it is tried. */
export function runCommand(
  host: ProgramHost,
  argv: readonly string[],
  io: { readonly input: string; readonly output: Output },
): Promise<number> {
  const { config } = host;
  const variables = new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', host.hostname],
    ...config.env,
    ['HOME', '/root'],
  ]);
  const shell = new Shell({ host, commands: allCommands, variables });
  return shell.command(argv, io);
}

/** Undefined: the image decides, and nobody knows how. */
function argvOf({ command, args, image, stdin, tty }: ContainerConfig): readonly string[] | undefined {
  if (command.length > 0) return [...command, ...args];
  if (testImage.test(image)) return ['/agnhost', ...(args.length > 0 ? args : ['pause'])];
  if (!shellImages.test(image)) return undefined;
  if (args.length > 0) return args;
  // A shell without input has nothing to do.
  return stdin || tty ? undefined : ['true'];
}

function printed(text: string, code: number): Program {
  return {
    kind: 'commands',
    run: (host) => {
      host.print('stdout', text);
      return Promise.resolve(code);
    },
  };
}

function tool(what: string): Program {
  return {
    kind: 'commands',
    run: async (host) => {
      host.print('stdout', `Simulated: ${what}\n`);
      await host.sleep(usualRunTime, host.signal);
      return 0;
    },
  };
}

/** Whether a script uses only commands that are known here: half of one would mislead. */
function isKnown(base: string, argv: readonly string[]): boolean {
  if (!['sh', 'ash', 'bash', 'dash'].includes(base)) return true;
  const at = argv.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (at < 0) return argv.length === 1;
  try {
    return commandsOf(parseScript(argv[at + 1] ?? '')).every(
      (name) => builtIn.has(name) || Object.hasOwn(allCommands, name),
    );
  } catch (error) {
    // It would fail in a real shell too.
    if (error instanceof ShellSyntaxError) return true;
    throw error;
  }
}

/** Names that stand in a script as they are; functions of its own count as known. */
function commandsOf(list: List): string[] {
  const names: string[] = [];
  const functions = new Set<string>();
  const visitWord = (word: Word): void => {
    for (const part of word) if (part.type === 'command') visit(part.list);
  };
  const visitCommand = (command: Command): void => {
    switch (command.type) {
      case 'simple': {
        const isPrefixed = isText(command.words[0], 'exec') && command.words.length > 1;
        const [first, ...rest] = isPrefixed ? command.words.slice(1) : command.words;
        if (first?.length === 1 && first[0]?.type === 'text') {
          const { text } = first[0];
          names.push(text.slice(text.lastIndexOf('/') + 1));
        } else if (first !== undefined) names.push('');
        for (const word of [...(first === undefined ? [] : [first]), ...rest]) visitWord(word);
        for (const [, word] of command.assignments) visitWord(word);
        break;
      }
      case 'group':
        visit(command.list);
        break;
      case 'if':
        for (const { condition, body } of command.branches) {
          visit(condition);
          visit(body);
        }
        visit(command.otherwise);
        break;
      case 'while':
        visit(command.condition);
        visit(command.body);
        break;
      case 'for':
        for (const word of command.words ?? []) visitWord(word);
        visit(command.body);
        break;
      case 'case':
        for (const { body } of command.cases) visit(body);
        break;
      case 'function':
        functions.add(command.name);
        visitCommand(command.body);
        break;
    }
  };
  const visit = (items: List): void => {
    for (const { pipeline } of items) for (const command of pipeline.commands) visitCommand(command);
  };
  visit(list);
  return names.filter((name) => !functions.has(name));
}
