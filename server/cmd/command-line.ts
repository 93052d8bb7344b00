/** The command line: `portico up` (all in one) and `portico serve` (API server only), with flags named as upstream's. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { mergeKubeConfig } from './kubeconfig.ts';
import { flagDefinitions, type PorticoOptions } from './options.ts';
import { type Portico, startPortico } from './start-portico.ts';
import { kubernetesVersion, porticoVersion } from './version.ts';

type Flags = Record<string, string | number | boolean | undefined>;

export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('portico')
    .description('A Kubernetes API server on PostgreSQL.')
    .version(`Portico ${porticoVersion()}, serving the Kubernetes ${kubernetesVersion} API`, '--version', 'print the version')
    .showHelpAfterError('(portico --help lists the commands)');
  withServerFlags(program.command('up'))
    .description('Runs a server on an embedded PostgreSQL that keeps its state in a data folder.')
    .option('--merge-kubeconfig [file]', 'also put the cluster into this kubeconfig and make it current (default: $KUBECONFIG or ~/.kube/config)')
    .action((flags: Flags) => run('up', flags));
  withServerFlags(program.command('serve'))
    .description('Runs the API server alone, on the storage that --storage names.')
    .action((flags: Flags) => run('serve', flags));
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    fail(error);
  }
}

function withServerFlags(command: Command): Command {
  command.option('--data-dir <folder>', `certificates, kubeconfig and the embedded database (default: ${defaultDataDirectory()})`);
  command.option('--config <file>', 'YAML file with these options by their flag names; flags win');
  command.option('--quiet', 'print errors only');
  for (const definition of flagDefinitions) {
    const shown = definition.default === undefined ? '' : ` (default: ${definition.default})`;
    const option = new Option(definition.flag, definition.help + shown);
    const { parse } = definition;
    if (parse !== undefined) {
      option.argParser((text: string) => {
        try {
          return parse(text);
        } catch (error) {
          throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
        }
      });
    }
    command.addOption(option);
  }
  return command;
}

/** Root's home is closed to the unprivileged user that PostgreSQL runs as. */
function defaultDataDirectory(): string {
  if (process.getuid?.() === 0) return '/var/lib/portico';
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'portico');
}

async function run(command: 'up' | 'serve', given: Flags): Promise<void> {
  const flags = { ...readConfig(given.config), ...given };
  const quiet = flags.quiet === true;
  const say = (text: string) => {
    if (!quiet) process.stdout.write(`${text}\n`);
  };
  const dataDirectory = resolve(String(flags.dataDir ?? defaultDataDirectory()));
  if (command === 'serve' && flags.storage === undefined) {
    throw new Error('portico serve needs --storage postgres://…, embedded:FOLDER or memory: (portico up brings its own)');
  }
  say(`Starting Portico ${porticoVersion()} (Kubernetes ${kubernetesVersion} API) …`);
  const portico = await startPortico({ ...serverOptions(flags), dataDirectory, log: (event) => report(event, quiet) });
  stopOnSignal(portico, say);
  if (flags.mergeKubeconfig !== undefined) {
    const target = typeof flags.mergeKubeconfig === 'string' ? flags.mergeKubeconfig : userKubeConfig();
    await mergeKubeConfig(target, portico.kubeConfig);
    say(`Merged into ${target}; the current context is now "portico".`);
  }
  say(banner(portico));
}

function serverOptions(flags: Flags): PorticoOptions {
  const options: Record<string, string | number> = {};
  for (const { option, default: fallback } of flagDefinitions) {
    const value = flags[option] ?? fallback;
    if (typeof value === 'string' || typeof value === 'number') options[option] = value;
  }
  return options;
}

/** Keys are flag names (secure-port) or option names (securePort). */
function readConfig(file: unknown): Flags {
  if (typeof file !== 'string') return {};
  const parsed: unknown = parseYaml(readFileSync(file, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`--config ${file}: expected a mapping of option names to values`);
  const known = new Map<string, string>(flagDefinitions.flatMap(({ option, flag }) => [[flagName(flag), option], [option, option]]));
  for (const extra of ['data-dir', 'merge-kubeconfig', 'quiet']) known.set(extra, camel(extra));
  const flags: Flags = {};
  for (const [key, value] of Object.entries(parsed)) {
    const option = known.get(key);
    if (option === undefined) throw new Error(`--config ${file}: unknown option ${key}`);
    const parse = flagDefinitions.find((definition) => definition.option === option)?.parse;
    flags[option] = parse === undefined ? (value as string) : parse(String(value));
  }
  return flags;
}

function flagName(flag: string): string {
  return flag.replace(/^--/, '').replace(/ .*$/, '');
}

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function userKubeConfig(): string {
  const [first] = (process.env.KUBECONFIG ?? '').split(':').filter((path) => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
}

function banner(portico: Portico): string {
  const { kubeConfigPath } = portico;
  const lines = ['', `Portico is ready at ${portico.url}`, `  storage     ${portico.storage}`];
  if (kubeConfigPath !== undefined && existsSync(kubeConfigPath)) {
    lines.push(`  kubeconfig  ${kubeConfigPath}`, '', 'Use it:', `  export KUBECONFIG=${kubeConfigPath}`, '  kubectl get namespaces');
  }
  lines.push('', 'Stop it: Ctrl-C here, or send the process SIGTERM.', '');
  return lines.join('\n');
}

function stopOnSignal(portico: Portico, say: (text: string) => void): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: stopping …`);
    portico.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function report(event: { readonly level: string; readonly message: string }, quiet: boolean): void {
  if (event.level === 'debug' || (quiet && event.level !== 'error')) return;
  process.stderr.write(`${event.level}: ${event.message}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`portico: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
