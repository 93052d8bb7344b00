/** Deployments: rollouts step by step, and what can go wrong with them. */
import type { JsonObject } from '../../differential/case.ts';
import { at, hasCondition } from '../look-up.ts';
import { create, deletePods, patch, patchPods, play, remove, type Scenario, wait } from '../scenario.ts';
import {
  deployment,
  hasImage,
  heldTemplate,
  imagePatch,
  isPending,
  podQuota,
  replicaSet,
  template,
} from './workload-objects.ts';

const rolling = (maxSurge: number | string, maxUnavailable: number | string): JsonObject => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});
const pendingReady = (name: string, first?: number) =>
  play('ready', name, { where: isPending, ...(first === undefined ? {} : { first }) });

export const deploymentScenarios: readonly Scenario[] = [
  {
    name: 'deployment: becomes available',
    steps: [create('made', deployment()), pendingReady('one is ready', 1), pendingReady('all are')],
  },
  {
    name: 'deployment: of no replicas',
    steps: [create('made', deployment({ replicas: 0 })), patch('another image', 'deployments/web', imagePatch(2))],
  },
  {
    name: 'deployment: is scaled up and down',
    steps: [
      create('made', deployment()),
      pendingReady('ready'),
      patch('up', 'deployments/web', { spec: { replicas: 4 } }),
      pendingReady('ready again'),
      patch('down', 'deployments/web', { spec: { replicas: 1 } }),
      patch('to nothing', 'deployments/web', { spec: { replicas: 0 } }),
    ],
  },
  {
    name: 'deployment: rolls out with a surge',
    steps: [
      create('made', deployment({ replicas: 3, ...rolling(1, 0) })),
      pendingReady('ready'),
      patch('another image', 'deployments/web', imagePatch(2)),
      pendingReady('first new one'),
      pendingReady('second new one'),
      pendingReady('third new one'),
    ],
  },
  {
    name: 'deployment: rolls out without a surge',
    steps: [
      create('made', deployment({ replicas: 3, ...rolling(0, 1) })),
      pendingReady('ready'),
      patch('another image', 'deployments/web', imagePatch(2)),
      pendingReady('first new one'),
      pendingReady('second new one'),
      pendingReady('third new one'),
    ],
  },
  {
    name: 'deployment: rolls out by quarters',
    steps: [
      create('made', deployment({ replicas: 4, ...rolling('25%', '25%') })),
      pendingReady('three are ready', 3),
      patch('another image', 'deployments/web', imagePatch(2)),
      ...['first', 'second', 'third', 'fourth'].map((which) =>
        play('ready', `${which} new one`, { where: (pod) => isPending(pod) && hasImage(2)(pod), first: 1 }),
      ),
    ],
  },
  {
    name: 'deployment: old pods that never were ready go first',
    steps: [
      create('made', deployment({ replicas: 4, ...rolling(1, 1) })),
      pendingReady('two are ready', 2),
      patch('another image', 'deployments/web', imagePatch(2)),
      play('ready', 'new ones are', { where: hasImage(2) }),
      play('ready', 'the rest', { where: isPending }),
    ],
  },
  {
    name: 'deployment: a third template in the middle of a rollout',
    steps: [
      create('made', deployment({ replicas: 3, ...rolling(1, 1) })),
      pendingReady('ready'),
      patch('second image', 'deployments/web', imagePatch(2)),
      patch('third image', 'deployments/web', imagePatch(3)),
      pendingReady('some new ones'),
      pendingReady('more new ones'),
      pendingReady('the last'),
    ],
  },
  {
    name: 'deployment: is scaled in the middle of a rollout',
    steps: [
      create('made', deployment({ replicas: 10, ...rolling(3, 2) })),
      pendingReady('ready'),
      patch('an image that does not start', 'deployments/web', imagePatch('broken')),
      patch('up', 'deployments/web', { spec: { replicas: 30 } }),
      patch('down', 'deployments/web', { spec: { replicas: 5 } }),
    ],
  },
  {
    name: 'deployment: recreates',
    steps: [
      create('made', deployment({ strategy: { type: 'Recreate' } })),
      pendingReady('ready'),
      patch('another image', 'deployments/web', imagePatch(2)),
      pendingReady('ready again'),
    ],
  },
  {
    name: 'deployment: recreates only when the old pods are gone',
    steps: [
      create('made', deployment({ strategy: { type: 'Recreate' }, template: heldTemplate() })),
      pendingReady('ready'),
      patch('another image', 'deployments/web', imagePatch(2)),
      patchPods('old ones may go', { metadata: { finalizers: null } }),
      pendingReady('ready again'),
    ],
  },
  {
    name: 'deployment: is paused and resumed',
    steps: [
      create('made', deployment()),
      pendingReady('ready'),
      patch('paused', 'deployments/web', { spec: { paused: true } }),
      patch('another image', 'deployments/web', imagePatch(2)),
      patch('scaled', 'deployments/web', { spec: { replicas: 3 } }),
      patch('resumed', 'deployments/web', { spec: { paused: false } }),
      pendingReady('ready again'),
      pendingReady('all'),
    ],
  },
  {
    name: 'deployment: is paused from the start',
    steps: [
      create('made', deployment({ paused: true })),
      patch('resumed', 'deployments/web', { spec: { paused: null } }),
    ],
  },
  {
    name: 'deployment: goes back to an earlier template',
    steps: [
      create('made', deployment({}, { annotations: { 'kubernetes.io/change-cause': 'first' } })),
      pendingReady('ready'),
      patch('second', 'deployments/web', {
        ...imagePatch(2),
        metadata: { annotations: { 'kubernetes.io/change-cause': 'second' } },
      }),
      pendingReady('ready again'),
      pendingReady('all ready again'),
      patch('back', 'deployments/web', {
        ...imagePatch(1),
        metadata: { annotations: { 'kubernetes.io/change-cause': 'first again' } },
      }),
      pendingReady('ready as before'),
      pendingReady('all ready as before'),
    ],
  },
  {
    name: 'deployment: is rolled back by its annotation',
    steps: [
      create('made', deployment()),
      patch('second', 'deployments/web', imagePatch(2)),
      patch('back', 'deployments/web', { metadata: { annotations: { 'deprecated.deployment.rollback.to': '1' } } }),
      patch('to none', 'deployments/web', { metadata: { annotations: { 'deprecated.deployment.rollback.to': '17' } } }),
    ],
  },
  {
    name: 'deployment: keeps so many old replica sets',
    steps: [
      create('made', deployment({ replicas: 1, revisionHistoryLimit: 1 })),
      ...[2, 3, 4].flatMap((tag) => [
        patch(`image ${tag}`, 'deployments/web', imagePatch(tag)),
        pendingReady(`${tag} is ready`),
      ]),
      patch('none at all', 'deployments/web', { spec: { revisionHistoryLimit: 0 } }),
    ],
  },
  {
    name: 'deployment: makes no progress in time',
    steps: [
      create('made', deployment({ progressDeadlineSeconds: 3, minReadySeconds: 0 })),
      wait('too late', ({ deployments }) => hasCondition(deployments[0], 'Progressing', { status: 'False' })),
      pendingReady('ready after all'),
    ],
  },
  {
    name: 'deployment: waits until pods have been ready for some time',
    steps: [
      create('made', deployment({ minReadySeconds: 4 })),
      pendingReady('ready'),
      wait('available', ({ deployments }) => at(deployments[0], 'status.availableReplicas') === 2),
      patch('need not wait', 'deployments/web', { spec: { minReadySeconds: 0 } }),
    ],
  },
  {
    name: 'deployment: loses pods',
    steps: [
      create('made', deployment({ replicas: 3 })),
      pendingReady('ready'),
      deletePods('one is deleted', { first: 1 }),
      play('unready', 'one is not ready', { where: (pod) => !isPending(pod), first: 1 }),
      play('failed', 'one has failed', { where: (pod) => !isPending(pod), first: 1 }),
    ],
  },
  {
    name: 'deployment: may not make all its pods',
    steps: [
      create('quota', podQuota('2')),
      create('made', deployment({ replicas: 4 })),
      pendingReady('ready'),
      patch('fewer', 'deployments/web', { spec: { replicas: 2 } }),
    ],
  },
  {
    name: 'deployment: adopts a replica set',
    steps: [
      create('set', replicaSet({ replicas: 2 })),
      play('ready', 'ready'),
      create('made', deployment()),
      patch('another image', 'deployments/web', imagePatch(2)),
    ],
  },
  {
    name: 'deployment: lets a replica set go',
    steps: [
      create('made', deployment()),
      pendingReady('ready'),
      patch('annotations and labels', 'deployments/web', {
        metadata: { labels: { a: 'b' }, annotations: { note: 'x' } },
      }),
      remove('gone', 'deployments/web', 'Orphan'),
    ],
  },
  {
    name: 'deployment: is deleted',
    steps: [create('made', deployment()), pendingReady('ready'), remove('gone', 'deployments/web')],
  },
  {
    name: 'deployment: is deleted after its pods',
    steps: [
      create('made', deployment({ replicas: 1 })),
      pendingReady('ready'),
      remove('gone', 'deployments/web', 'Foreground'),
    ],
  },
  {
    name: 'deployment: two of the same pods',
    steps: [
      create('made', deployment()),
      create('another', deployment({}, { name: 'other' })),
      play('ready', 'ready'),
      remove('the first goes', 'deployments/web'),
    ],
  },
  {
    name: 'deployment: runs on nodes',
    onNodes: true,
    steps: [
      create('made', deployment({ replicas: 3, template: template({ terminationGracePeriodSeconds: 0 }) })),
      wait('available', ({ deployments }) => at(deployments[0], 'status.availableReplicas') === 3),
    ],
  },
];
