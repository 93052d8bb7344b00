/** Parts of a cluster as processes of their own, each through a kubeconfig: portico controllers, portico scheduler, portico node. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ControllersFlags, NodeFlags, SchedulerFlags } from './component-flags.ts';
import { count, trueOrFalse } from './flag-values.ts';

export function addComponentCommands(program: Command): void {
  component(program, 'controllers')
    .description('Brings what is there to what is wanted, alone or in turns with other controllers.')
    .option('--leader-elect <bool>', 'takes turns by the lease kube-controller-manager', checked(trueOrFalse), true)
    .option('--controllers <list>', '"*" for those on by default, names, and -names', '*')
    .option('--root-ca-file <file>', 'what pods get to check the API server with (default: the one of the kubeconfig)')
    .option('--cluster-signing-cert-file <file>', 'authority that signs certificate requests')
    .option('--cluster-signing-key-file <file>', 'its key')
    .option('--allocate-node-cidrs <bool>', 'give every node a block of --cluster-cidr', checked(trueOrFalse), false)
    .option('--cluster-cidr <cidrs>', 'addresses of pods')
    .action(async (flags: ControllersFlags) => (await import('./run-component.ts')).runControllers(flags));
  component(program, 'scheduler')
    .description('Assigns pods to nodes, alone or in turns with other schedulers.')
    .option('--leader-elect <bool>', 'takes turns by the lease kube-scheduler', checked(trueOrFalse), true)
    .action(async (flags: SchedulerFlags) => (await import('./run-component.ts')).runScheduler(flags));
  component(program, 'node')
    .description('Simulated nodes that run the pods which are assigned to them.')
    .option('--nodes <n>', 'how many: node-1, node-2 …', checked(count), 1)
    .option('--hostname-override <name>', 'one node of this name')
    .option('--simulation-seed <n>', 'the same seed gives the same names, addresses and times', checked(count), 1)
    .action(async (flags: NodeFlags) => (await import('./run-component.ts')).runNode(flags));
}

function component(program: Command, name: string): Command {
  return program.command(name).requiredOption('--kubeconfig <file>', 'how to reach the API server, and as whom');
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
