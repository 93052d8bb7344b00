/** DaemonSets, on the three nodes that each of the clusters has. */
import type { JsonObject } from '../../differential/case.ts';
import { at } from '../look-up.ts';
import { create, deletePods, patch, patchPods, play, remove, type Scenario, type Step, wait } from '../scenario.ts';
import {
  barePod,
  daemonSet,
  hasImage,
  imagePatch,
  isPending,
  isRunning,
  podQuota,
  template,
} from './workload-objects.ts';

const ready = (name: string): Step => play('ready', name, { where: isPending });
const rolling = (rollingUpdate: JsonObject): JsonObject => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});
const another = patch('another image', 'daemonsets/agent', imagePatch(2));

export const daemonSetScenarios: readonly Scenario[] = [
  {
    name: 'daemonset: is on each node',
    steps: [create('made', daemonSet()), play('ready', 'one is ready', { first: 1 }), ready('all')],
  },
  {
    name: 'daemonset: is on no node',
    steps: [
      create('made', daemonSet({ template: template({ schedulerName: 'nobody', nodeSelector: { none: 'such' } }) })),
      patch('on all', 'daemonsets/agent', { spec: { template: { spec: { nodeSelector: null } } } }),
    ],
  },
  {
    name: 'daemonset: leaves nodes',
    steps: [
      create('made', daemonSet()),
      ready('ready'),
      patch('nowhere', 'daemonsets/agent', { spec: { template: { spec: { nodeSelector: { none: 'such' } } } } }),
    ],
  },
  {
    name: 'daemonset: is updated node by node',
    steps: [create('made', daemonSet()), ready('ready'), another, ready('first'), ready('second'), ready('third')],
  },
  {
    name: 'daemonset: is updated on two nodes at once',
    steps: [
      create('made', daemonSet(rolling({ maxUnavailable: 2 }))),
      ready('ready'),
      another,
      ready('two'),
      ready('all'),
    ],
  },
  {
    name: 'daemonset: is updated with a surge',
    steps: [
      create('made', daemonSet(rolling({ maxSurge: 1, maxUnavailable: 0 }))),
      ready('ready'),
      another,
      ready('first'),
      ready('second'),
      ready('third'),
    ],
  },
  {
    name: 'daemonset: old pods that are not ready are replaced at once',
    steps: [create('made', daemonSet()), play('ready', 'one is ready', { first: 1 }), another, ready('ready')],
  },
  {
    name: 'daemonset: is updated when somebody deletes pods',
    steps: [
      create('made', daemonSet({ updateStrategy: { type: 'OnDelete' } })),
      ready('ready'),
      another,
      deletePods('one is deleted', { first: 1 }),
      ready('ready again'),
    ],
  },
  {
    name: 'daemonset: waits until pods have been ready for some time',
    steps: [
      create('made', daemonSet({ minReadySeconds: 4 })),
      ready('ready'),
      wait('available', ({ daemonsets }) => at(daemonsets[0], 'status.numberAvailable') === 3),
    ],
  },
  {
    name: 'daemonset: replaces pods',
    steps: [
      create('made', daemonSet()),
      ready('ready'),
      play('failed', 'one has failed', { first: 1 }),
      play('succeeded', 'one has succeeded', { where: isRunning, first: 1 }),
      deletePods('one is deleted', { where: isRunning, first: 1 }),
    ],
  },
  {
    name: 'daemonset: goes back',
    steps: [
      create('made', daemonSet({ ...rolling({ maxUnavailable: 3 }), revisionHistoryLimit: 1 })),
      ready('ready'),
      another,
      ready('two is ready'),
      patch('third', 'daemonsets/agent', imagePatch(3)),
      ready('three is ready'),
      patch('back', 'daemonsets/agent', imagePatch(2)),
      ready('two is ready again'),
    ],
  },
  {
    name: 'daemonset: leaves its pods',
    steps: [
      create('made', daemonSet()),
      ready('ready'),
      remove('gone', 'daemonsets/agent', 'Orphan'),
      create('made again', daemonSet()),
    ],
  },
  {
    name: 'daemonset: lets a pod go',
    steps: [
      create('made', daemonSet()),
      ready('ready'),
      patchPods('another label', { metadata: { labels: { app: 'b' } } }, { first: 1 }),
    ],
  },
  { name: 'daemonset: takes a pod of nobody', steps: [create('pod', barePod('one')), create('made', daemonSet())] },
  { name: 'daemonset: may make some', steps: [create('quota', podQuota('2')), create('made', daemonSet())] },
  {
    name: 'daemonset: is deleted',
    steps: [create('made', daemonSet()), remove('gone', 'daemonsets/agent', 'Foreground')],
  },
  {
    name: 'daemonset: an update that is stuck',
    steps: [
      create('made', daemonSet(rolling({ maxUnavailable: 1 }))),
      ready('ready'),
      patch('broken', 'daemonsets/agent', imagePatch('broken')),
      play('unready', 'does not start', { where: hasImage('broken') }),
      patch('back', 'daemonsets/agent', imagePatch(1)),
      ready('ready again'),
    ],
  },
];
