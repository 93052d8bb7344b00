/** cordon, taint and drain. */
import type { Case, Fields, Manifest } from '../../../kubectl/case.ts';
import { deployment, pod } from '../../../kubectl/manifests.ts';
import { compared, paced } from './compared.ts';

/** `node`: the name of one that is ready, and gets its taints and pods back. */
export function nodeCases(node: string): readonly Case[] {
  // Not the node's name, which goes into the hash of a template and so into names of pods.
  const label = `label node ${node} example.com/role=drained`;
  const here = { nodeSelector: { 'example.com/role': 'drained' }, schedulerName: 'default-scheduler' };
  const containers = [{ name: 'main', image: 'registry.example.com/web:1' }];
  // A key of its own for each case: pods of the one before may still be going.
  const template = (labels: Fields) => ({ metadata: { labels }, spec: { ...here, containers } });
  const bare = (name: string, spec: Fields = {}) => pod(name, { labels: { drained: name } }, { ...here, ...spec });
  const web = (labels: Fields) =>
    deployment('web', { replicas: 2, selector: { matchLabels: labels }, template: template(labels) });
  const agent: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { drained: 'agent' } }, template: template({ drained: 'agent' }) },
  };
  const budget: Manifest = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'held' },
    spec: { minAvailable: 2, selector: { matchLabels: { guarded: 'web' } } },
  };
  const scratch = { volumes: [{ name: 'scratch', emptyDir: {} }] };
  const ready = paced('rollout status deployment/web --timeout=60s');
  const only = '--pod-selector=drained';
  const taints = `get node ${node} -o jsonpath='{range .spec.taints[*]}{.key}={.value}:{.effect} {end}'`;
  const back = [
    `taint node ${node} example.com/one-`,
    `taint node ${node} example.com/two-`,
    `uncordon ${node}`,
    `label node ${node} example.com/role-`,
  ];
  return [
    compared({
      name: 'cordon and uncordon',
      lines: [
        `cordon ${node} --dry-run=client`,
        `cordon ${node} --dry-run=server`,
        `cordon ${node}`,
        `cordon ${node}`,
        `get node ${node}`,
        `uncordon ${node} --dry-run=server`,
        `uncordon ${node}`,
        `uncordon ${node}`,
        'cordon none',
        'cordon',
        `cordon -l kubernetes.io/hostname=${node}`,
        `uncordon -l kubernetes.io/hostname=${node}`,
        'cordon -l none=none',
      ],
      afterwards: back,
    }),
    compared({
      name: 'taints of every effect are added, written over and removed',
      lines: [
        `taint node ${node} example.com/one=a:NoSchedule`,
        `taint node ${node} example.com/one=b:NoSchedule`,
        `taint node ${node} example.com/one=b:NoSchedule --overwrite`,
        `taint node ${node} example.com/one=c:PreferNoSchedule example.com/two:NoExecute`,
        taints,
        `taint node ${node} example.com/two:NoExecute`,
        `taint node ${node} example.com/one:PreferNoSchedule-`,
        taints,
        `taint node ${node} example.com/one:PreferNoSchedule-`,
        `taint node ${node} example.com/one- example.com/two=x:NoSchedule`,
        `taint node ${node} example.com/one=a:Never`,
        `taint node ${node} example.com/one=a`,
        `taint node ${node} example.com/one=a:NoSchedule example.com/one-`,
        `taint node ${node} 'bad key=a:NoSchedule'`,
        `taint node ${node} example.com/two- --dry-run=server`,
        `taint node ${node} example.com/two-`,
        `taint node none example.com/two=x:NoSchedule`,
        `taint node -l kubernetes.io/hostname=${node} example.com/two=x:NoSchedule`,
        `taint node -l kubernetes.io/hostname=${node} example.com/two-`,
        taints,
      ],
      afterwards: back,
    }),
    compared({
      name: 'drain asks for what it may do, then does it',
      given: [web({ drained: 'web' }), agent, bare('alone'), bare('scratch', scratch)],
      lines: [
        label,
        ready,
        paced('rollout status daemonset/agent --timeout=60s'),
        'wait pod/alone pod/scratch --for=condition=Ready --timeout=60s',
        // One reason at a time: kubectl prints several in the random order of Go's maps.
        `drain ${node} --timeout=30s --pod-selector=drained=agent`,
        `drain ${node} --timeout=30s --pod-selector=drained=alone`,
        `drain ${node} --timeout=30s --pod-selector=drained=scratch --force`,
        `drain ${node} --timeout=30s --pod-selector=drained=scratch --delete-emptydir-data`,
        `drain ${node} --timeout=30s --pod-selector=drained=web --dry-run=client`,
        `drain ${node} --timeout=30s --pod-selector=drained=web --dry-run=server`,
        `get node ${node} -o jsonpath={.spec.unschedulable}`,
        `uncordon ${node}`,
        `drain ${node} --timeout=30s --pod-selector=drained=alone --force --disable-eviction`,
        'get pod alone',
        `drain ${node} --timeout=30s --pod-selector=drained=scratch --delete-emptydir-data --force`,
        `drain ${node} ${only} --timeout=30s --ignore-daemonsets`,
        'get pod scratch',
        `get pods -l drained=web -o jsonpath='{range .items[*]}[{.status.phase} {.spec.nodeName}]{end}'`,
        'get pods -l drained=agent',
        `drain ${node} ${only} --ignore-daemonsets`,
        'drain none',
        'drain',
        `uncordon ${node}`,
        ready,
      ],
      afterwards: back,
    }),
    compared({
      name: 'drain waits for a budget that is in the way',
      given: [web({ guarded: 'web' }), budget],
      lines: [
        label,
        ready,
        'wait pdb/held --for=jsonpath={.status.currentHealthy}=2 --timeout=60s',
        `drain ${node} --pod-selector=guarded=web --timeout=3s`,
        'get pdb held -o jsonpath={.status.disruptionsAllowed}',
        `drain ${node} --pod-selector=guarded=web --timeout=30s --disable-eviction`,
        'delete pdb held',
        `uncordon ${node}`,
        ready,
        `drain ${node} --pod-selector=guarded=web --timeout=30s`,
      ],
      afterwards: back,
    }),
    compared({
      name: 'debug a node and a copy of a pod',
      given: [bare('alone')],
      lines: [
        label,
        'wait pod/alone --for=condition=Ready --timeout=60s',
        'debug alone --image=busybox --copy-to=copy --container=tool -- sleep 1d',
        `get pod copy -o jsonpath='{range .spec.containers[*]}{.name}={.image} {end}'`,
        'debug alone --copy-to=other --set-image=*=registry.example.com/web:2',
        `get pod other -o jsonpath='{range .spec.containers[*]}{.name}={.image} {end}'`,
        'debug alone --image=busybox --container=helper --target=main -- sleep 1d',
        `get pod alone -o jsonpath='{range .spec.ephemeralContainers[*]}{.name}={.image} {.targetContainerName}{end}'`,
        `debug node/${node} --image=busybox -- sleep 1d`,
        `get pods -l app.kubernetes.io/managed-by=kubectl-debug -o jsonpath='{.items[*].spec.nodeName}'`,
        'debug none --image=busybox -- sleep 1d',
        'debug alone',
        'delete pods --all --timeout=60s',
      ],
      afterwards: back,
    }),
  ];
}
