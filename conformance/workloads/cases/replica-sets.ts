/** ReplicaSets and ReplicationControllers: which pods are made, adopted, let go and ended first. */
import { at } from '../look-up.ts';
import { create, deletePods, patch, patchPods, play, remove, type Scenario, type Step, wait } from '../scenario.ts';
import {
  barePod,
  heldTemplate,
  isPending,
  isRunning,
  podQuota,
  replicaSet,
  replicationController,
  template,
} from './workload-objects.ts';

const ready = (name: string, first?: number): Step =>
  play('ready', name, { where: isPending, ...(first === undefined ? {} : { first }) });
const relabelled = (value: string | null) => ({ metadata: { labels: { app: value } } });

export const replicaSetScenarios: readonly Scenario[] = [
  { name: 'replicaset: becomes ready', steps: [create('made', replicaSet()), ready('two', 2), ready('all')] },
  {
    name: 'replicaset: is scaled',
    steps: [
      create('made', replicaSet()),
      ready('ready'),
      patch('up', 'replicasets/set', { spec: { replicas: 5 } }),
      patch('down', 'replicasets/set', { spec: { replicas: 2 } }),
      patch('to none', 'replicasets/set', { spec: { replicas: 0 } }),
    ],
  },
  {
    name: 'replicaset: ends pods that are not ready first',
    steps: [
      create('made', replicaSet({ replicas: 4 })),
      ready('one is ready', 1),
      play('unready', 'one runs', { where: isPending, first: 1 }),
      patch('two stay', 'replicasets/set', { spec: { replicas: 2 } }),
    ],
  },
  {
    name: 'replicaset: ends cheap pods first',
    steps: [
      create('made', replicaSet({ replicas: 2 })),
      ready('ready'),
      patchPods(
        'one is cheap',
        { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-7' } } },
        { first: 1 },
      ),
      patch('one stays', 'replicasets/set', { spec: { replicas: 1 } }),
    ],
  },
  {
    name: 'replicaset: adopts pods',
    steps: [create('pods', barePod('one'), barePod('two')), create('made', replicaSet())],
  },
  {
    name: 'replicaset: adopts too many pods',
    steps: [create('pods', barePod('one'), barePod('two')), create('made', replicaSet({ replicas: 1 }))],
  },
  {
    name: 'replicaset: lets a pod go',
    steps: [
      create('made', replicaSet()),
      ready('ready'),
      patchPods('another label', relabelled('b'), { first: 1 }),
      patchPods('back', relabelled('a')),
    ],
  },
  {
    name: 'replicaset: replaces pods',
    steps: [
      create('made', replicaSet()),
      ready('ready'),
      play('failed', 'failed', { first: 1 }),
      play('succeeded', 'succeeded', { where: isRunning, first: 1 }),
      deletePods('deleted', { where: isRunning }),
    ],
  },
  {
    name: 'replicaset: counts pods that are on their way out',
    steps: [
      create('made', replicaSet({ replicas: 2, template: heldTemplate() })),
      ready('ready'),
      deletePods('deleted', { first: 1 }),
      patchPods('may go', { metadata: { finalizers: null } }),
    ],
  },
  { name: 'replicaset: may make none', steps: [create('quota', podQuota('0')), create('made', replicaSet())] },
  {
    name: 'replicaset: may make some',
    steps: [
      create('quota', podQuota('3')),
      create('made', replicaSet({ replicas: 8 })),
      patch('enough', 'replicasets/set', { spec: { replicas: 3 } }),
    ],
  },
  {
    name: 'replicaset: of pods that are refused',
    steps: [
      create('made', replicaSet({ template: template({ schedulerName: 'nobody', serviceAccountName: 'missing' }) })),
      wait('told', ({ replicasets }) => at(replicasets[0], 'status.conditions.0.type') === 'ReplicaFailure'),
    ],
  },
  {
    name: 'replicaset: waits until pods have been ready for some time',
    steps: [
      create('made', replicaSet({ minReadySeconds: 4 })),
      ready('ready'),
      wait('available', ({ replicasets }) => at(replicasets[0], 'status.availableReplicas') === 3),
    ],
  },
  {
    name: 'replicaset: leaves its pods',
    steps: [
      create('made', replicaSet()),
      remove('gone', 'replicasets/set', 'Orphan'),
      create('made again', replicaSet({ replicas: 4 })),
    ],
  },
  {
    name: 'replicaset: labels of its template that not all pods have',
    steps: [
      create('made', replicaSet({ template: template(undefined, { labels: { app: 'a', more: 'x' } }) })),
      patchPods('one less', { metadata: { labels: { more: null } } }, { first: 1 }),
    ],
  },
  {
    name: 'replicaset: changes its template',
    steps: [
      create('made', replicaSet({ replicas: 1 })),
      patch('labels', 'replicasets/set', { spec: { template: { metadata: { labels: { more: 'x' } } } } }),
      deletePods('a new pod'),
    ],
  },
  {
    name: 'replicationcontroller: is scaled',
    steps: [
      create('made', replicationController()),
      ready('ready'),
      patch('up', 'replicationcontrollers/old', { spec: { replicas: 3 } }),
      patch('down', 'replicationcontrollers/old', { spec: { replicas: 1 } }),
    ],
  },
  {
    name: 'replicationcontroller: adopts and lets go',
    steps: [
      create('pod', barePod('one')),
      create('made', replicationController()),
      patchPods('another label', relabelled('b'), { first: 1 }),
    ],
  },
  {
    name: 'replicationcontroller: may make some',
    steps: [
      create('quota', podQuota('1')),
      create('made', replicationController()),
      patch('enough', 'replicationcontrollers/old', { spec: { replicas: 1 } }),
    ],
  },
  {
    name: 'replicationcontroller: is deleted',
    steps: [create('made', replicationController()), remove('gone', 'replicationcontrollers/old', 'Background')],
  },
];
