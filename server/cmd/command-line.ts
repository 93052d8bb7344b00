/** The command line: `portico up` (all in one) and `portico serve` (API server only), with flags named as upstream's. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { bumpEpochOf } from './backends.ts';
import { addComponentCommands } from './component-commands.ts';
import { readConfigFile, type Flags } from './config-file.ts';
import { mergeKubeConfig } from './kubeconfig.ts';
import type { FlagDefinition } from './flag-definition.ts';
import { flagDefinitions, flagKey } from './flags.ts';
import type { PorticoOptions } from './options.ts';
import { LiveLine } from './live-line.ts';
import { showProgress } from './progress.ts';
import { type Portico, startPortico } from './start-portico.ts';
import { kubernetesVersion, porticoVersion } from './version.ts';

export async function runCommandLine(argv: readonly string[]): Promise<void> {
  // Whoever read our output may have gone: `portico up | head`.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const program = new Command('portico')
    .description('Kubernetes on PostgreSQL: API server, controllers, scheduler and nodes.')
    .version(
      `Portico ${porticoVersion()}, serving the Kubernetes ${kubernetesVersion} API`,
      '--version',
      'print the version',
    )
    .showHelpAfterError('(add --help for what there is)');
  withServerFlags(program.command('up'))
    .description('Runs a whole cluster on an embedded PostgreSQL that keeps its state in a data folder.')
    .option(
      '--merge-kubeconfig [file]',
      'also put the cluster into this kubeconfig and make it current (default: $KUBECONFIG or ~/.kube/config)',
    )
    .action((flags: Flags) => run('up', flags));
  withServerFlags(program.command('serve'))
    .description('Runs the API server alone, on the storage that --storage names.')
    .action((flags: Flags) => run('serve', flags));
  addComponentCommands(program);
  program
    .command('bump-epoch')
    .description('After a backup was restored, and before a server starts: makes every old resourceVersion invalid.')
    .requiredOption('--storage <url>', 'the restored database: postgres://user@host/database')
    .action(async ({ storage }: { storage: string }) => {
      const revision = await bumpEpochOf(storage);
      process.stdout.write(`The store is at revision ${revision}; clients will list anew.\n`);
    });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    fail(error);
  }
}

function withServerFlags(command: Command): Command {
  command.option(
    '--data-dir <folder>',
    `certificates, kubeconfig and the embedded database (default: ${defaultDataDirectory()})`,
  );
  command.option('--config <file>', 'YAML file with these options by their flag names; flags win');
  command.option('--quiet', 'print errors only');
  for (const { flag, help, parse, isList, default: fallback } of flagDefinitions) {
    const option = new Option(flag, help + (fallback === undefined ? '' : ` (default: ${fallback})`));
    if (isList === true)
      option.argParser((text: string, before: string | undefined) =>
        before === undefined ? text : `${before},${text}`,
      );
    if (parse !== undefined) option.argParser((text: string) => parseFlag(parse, text));
    command.addOption(option);
  }
  return command;
}

function parseFlag(parse: NonNullable<FlagDefinition['parse']>, text: string): number | boolean | string {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** Root's home is closed to the unprivileged user that PostgreSQL runs as. */
function defaultDataDirectory(): string {
  if (process.getuid?.() === 0) return '/var/lib/portico';
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'portico');
}

async function run(command: 'up' | 'serve', given: Flags): Promise<void> {
  const flags = { ...(typeof given.config === 'string' ? readConfigFile(given.config) : {}), ...given };
  const quiet = flags.quiet === true;
  const line = new LiveLine(process.stdout);
  const say = (text: string) => {
    line.clear();
    if (!quiet) process.stdout.write(`${text}\n`);
  };
  const dataDirectory = resolve(String(flags.dataDir ?? defaultDataDirectory()));
  if (command === 'serve' && flags.storage === undefined) {
    throw new Error(
      'portico serve needs --storage postgres://…, embedded:FOLDER or memory: (portico up brings its own)',
    );
  }
  const started = { portico: undefined as Portico | undefined };
  const starting = new AbortController();
  stopOnSignal(started, starting, say);
  say(`Starting Portico ${porticoVersion()} (Kubernetes ${kubernetesVersion} API) …`);
  const options: PorticoOptions = {
    ...(command === 'up' ? { nodes: 1, scheduler: true, metricsServer: true } : { controllers: '' }),
    ...serverOptions(flags),
    dataDirectory,
    log: (event) => {
      line.clear();
      report(event, quiet);
    },
    signal: starting.signal,
  };
  try {
    started.portico = await startPortico(options);
  } catch (error) {
    if (starting.signal.aborted) process.exit(0);
    throw error;
  }
  const { portico } = started;
  if (starting.signal.aborted) return;
  if (flags.mergeKubeconfig !== undefined && flags.mergeKubeconfig !== false) {
    const target = typeof flags.mergeKubeconfig === 'string' ? flags.mergeKubeconfig : userKubeConfig();
    try {
      await mergeKubeConfig(target, portico.kubeConfig);
      say(`Merged into ${target}; the current context is now "portico".`);
    } catch (error) {
      await portico.stop();
      throw error;
    }
  }
  say(banner(portico, options));
  if (command === 'up' && !quiet && (options.nodes ?? 0) > 0) {
    void showProgress({
      client: portico.client,
      clock: systemClock,
      random: systemRandom,
      signal: starting.signal,
      nodes: options.nodes ?? 0,
      interval: line.isLive ? 500 : 5000,
      report: (text) => line.show(text),
      onError: (error, what) => options.log?.({ level: 'warning', message: `${what}: ${messageOf(error)}`, error }),
    });
  }
}

/** @param flags by the names that commander and the configuration file give them: those of the flags, in camel case */
export function serverOptions(flags: Flags): PorticoOptions {
  const options: Record<string, string | number | boolean> = {};
  for (const { option, flag, default: fallback, parse } of flagDefinitions) {
    const value = flags[flagKey(flag)] ?? fallback;
    if (typeof value === 'number' || typeof value === 'boolean') options[option] = value;
    else if (typeof value === 'string') options[option] = parse === undefined ? value : parse(value);
  }
  return options;
}

function userKubeConfig(): string {
  const [first] = (process.env.KUBECONFIG ?? '').split(':').filter((path) => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
}

function banner(portico: Portico, options: PorticoOptions): string {
  const { kubeConfigPath } = portico;
  const lines = ['', `Portico is ready at ${portico.url}`, `  storage     ${portico.storage}`];
  const cluster = clusterText(options);
  if (cluster !== '') lines.push(`  cluster     ${cluster}`);
  if (kubeConfigPath !== undefined && existsSync(kubeConfigPath)) {
    lines.push(`  kubeconfig  ${kubeConfigPath}`, '', 'Use it:');
    lines.push(`  export KUBECONFIG=${kubeConfigPath}`);
    lines.push(cluster === '' ? '  kubectl get namespaces' : '  kubectl create deployment web --image=nginx');
  }
  lines.push('', 'Stop it: Ctrl-C here, or send the process SIGTERM.', '');
  return lines.join('\n');
}

/** What acts in this process beside the API. */
function clusterText({ nodes = 0, nodeRuntime = 'simulated', scheduler, controllers = '*' }: PorticoOptions): string {
  const runtime = nodeRuntime === 'simulated' ? 'simulated' : 'process';
  return [
    ...(nodes > 0 ? [`${nodes} ${runtime} ${nodes === 1 ? 'node' : 'nodes'}`] : []),
    ...(scheduler === true ? ['scheduler'] : []),
    ...(controllers === '' ? [] : ['controllers']),
  ].join(', ');
}

/** The first signal stops in order, also a start under way; a second one does not wait. */
function stopOnSignal(
  started: { readonly portico: Portico | undefined },
  starting: AbortController,
  say: (text: string) => void,
): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`${signal}: stopping …`);
    starting.abort();
    started.portico?.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

function report(event: { readonly level: string; readonly message: string }, quiet: boolean): void {
  if (event.level === 'debug' || (quiet && event.level !== 'error')) return;
  process.stderr.write(`${event.level}: ${event.message}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fail(error: unknown): never {
  process.stderr.write(`portico: ${messageOf(error)}\n`);
  process.exit(1);
}
