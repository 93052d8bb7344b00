/** Parts of a cluster as processes of their own, each through a kubeconfig: portico controllers, portico scheduler, portico node. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ControllersFlags, MetricsFlags, NodeFlags, SchedulerFlags } from './component-flags.ts';
import { runtimeNames } from './backends.ts';
import { count, port as portNumber, runtimeName, seconds, trueOrFalse } from './flag-values.ts';

export function addComponentCommands(program: Command): void {
  const controllers = component(program, 'controllers').description(
    'Brings what is there to what is wanted, alone or in turns with other controllers.',
  );
  serving(leaderElection(controllers, 'kube-controller-manager'), { port: 10_257 })
    .option('--controllers <list>', '"*" for those on by default, names, and -names', '*')
    .option(
      '--use-service-account-credentials <bool>',
      'each controller acts as its service account of kube-system, with tokens that the kubeconfig’s user may ask for',
      checked(trueOrFalse),
      false,
    )
    .option('--root-ca-file <file>', 'what pods get to check the API server with (default: the one of the kubeconfig)')
    .option('--cluster-signing-cert-file <file>', 'authority that signs certificate requests')
    .option('--cluster-signing-key-file <file>', 'its key')
    .option('--allocate-node-cidrs <bool>', 'give every node a block of --cluster-cidr', checked(trueOrFalse), false)
    .option('--cluster-cidr <cidrs>', 'addresses of pods')
    .action(async (flags: ControllersFlags) => (await import('./run-component.ts')).runControllers(flags));
  const scheduler = program
    .command('scheduler')
    .description('Assigns pods to nodes, alone or in turns with other schedulers.')
    .option('--kubeconfig <file>', 'how to reach the API server, and as whom (default: as the configuration says)')
    .option('--config <file>', 'a KubeSchedulerConfiguration: profiles, plugins and their arguments, leader election');
  serving(leaderElection(scheduler, 'kube-scheduler'), { port: 10_259 }).action(async (flags: SchedulerFlags) =>
    (await import('./run-component.ts')).runScheduler(flags),
  );
  const metrics = component(program, 'metrics-server').description(
    'Serves metrics.k8s.io (kubectl top, autoscaling) from what kubelets say, to an API server that an APIService leads to it.',
  );
  serving(metrics, { port: 4443, what: 'the API' }).action(async (flags: MetricsFlags) =>
    (await import('./metrics.ts')).runMetricsServer(flags),
  );
  component(program, 'node')
    .description(
      'Nodes that run the pods which are assigned to them, each reached over the kubelet protocol at a port of its own.',
    )
    .option('--nodes <n>', 'how many: node-1, node-2 …', checked(count), 1)
    .option('--hostname-override <name>', 'one node of this name')
    .option(
      '--bootstrap-kubeconfig <file>',
      'where --kubeconfig is not there yet: how to ask for the certificate of the (one) node, which is then kept in it',
    )
    .option(
      '--node-runtime <name>',
      `what containers are: ${runtimeNames.join(' or ')}`,
      checked(runtimeName),
      'simulated',
    )
    .option('--process-images <folder>', 'images for --node-runtime process: NAME/rootfs and NAME/config.json')
    .option(
      '--process-pod-cidr <cidr>',
      'network of the pods of --node-runtime process, or none; needs root (default: as of portico up)',
    )
    .option('--simulation-seed <n>', 'the same seed gives the same names, addresses and times', checked(count), 1)
    .option(
      '--node-ip <address>',
      'where the API server reaches the nodes, and where they listen (default: 127.0.0.1 beside an API server there, else the first address of this machine)',
    )
    .option('--port <port>', 'where the (first) node listens; 0: chosen by the system', checked(portNumber), 0)
    .option('--client-ca-file <file>', 'authority of those who may ask (default: the one of the kubeconfig)')
    .option('--tls-cert-file <file>', 'serving certificate, PEM (default: one made for this run)')
    .option('--tls-private-key-file <file>', 'key of --tls-cert-file')
    .action(async (flags: NodeFlags) => (await import('./run-node.ts')).runNode(flags));
}

function leaderElection(command: Command, lease: string): Command {
  return command
    .option('--leader-elect <bool>', `takes turns by the lease ${lease} (default: true)`, checked(trueOrFalse))
    .option('--leader-elect-lease-duration <duration>', 'how long a leader counts (default: 15s)', checked(seconds))
    .option('--leader-elect-renew-deadline <duration>', 'how long one tries to stay (default: 10s)', checked(seconds))
    .option('--leader-elect-retry-period <duration>', 'between two attempts (default: 2s)', checked(seconds))
    .option('--leader-elect-resource-lock <type>', 'leases, and nothing else', checked(leases))
    .option('--leader-elect-resource-name <name>', `of the lease (default: ${lease})`)
    .option('--leader-elect-resource-namespace <name>', 'of the lease (default: kube-system)');
}

interface Serving {
  readonly port: number;
  /** Beside health; default: its metrics. */
  readonly what?: string;
}

function serving(command: Command, { port, what = '/metrics' }: Serving): Command {
  return command
    .option(
      '--secure-port <port>',
      `where ${what}, /healthz, /livez and /readyz are served; 0: nowhere`,
      checked(portNumber),
      port,
    )
    .option('--bind-address <address>', 'address to listen on', '127.0.0.1')
    .option('--tls-cert-file <file>', 'serving certificate, PEM (default: one made for this run)')
    .option('--tls-private-key-file <file>', 'key of --tls-cert-file');
}

function component(program: Command, name: string): Command {
  return program.command(name).requiredOption('--kubeconfig <file>', 'how to reach the API server, and as whom');
}

function leases(text: string): string {
  if (text !== 'leases') throw new Error(`there is no lock of the type ${JSON.stringify(text)}: only leases`);
  return text;
}

function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
