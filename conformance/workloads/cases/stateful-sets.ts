/** StatefulSets: the order of things, claims and revisions. */
import type { JsonObject } from '../../differential/case.ts';
import { at } from '../look-up.ts';
import { create, deletePods, patch, patchPods, play, remove, type Scenario, type Step, wait } from '../scenario.ts';
import { hasImage, imagePatch, isNamed, isPending, podQuota, statefulSet, template } from './workload-objects.ts';

const ready = (name: string): Step => play('ready', name, { where: isPending });
const startAll = (count: number): Step[] => Array.from({ length: count }, (_, index) => ready(`pod ${index} is ready`));
const claims = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: { storageClassName: 'nobody', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ],
};
const retain = (whenDeleted: string, whenScaled: string): JsonObject => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
});
const parallel = { podManagementPolicy: 'Parallel' };
const rolling = (rollingUpdate: JsonObject): JsonObject => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});

export const statefulSetScenarios: readonly Scenario[] = [
  { name: 'statefulset: is made in order', steps: [create('made', statefulSet({ replicas: 3 })), ...startAll(3)] },
  {
    name: 'statefulset: is made at once',
    steps: [
      create('made', statefulSet({ replicas: 3, ...parallel })),
      ready('ready'),
      patch('one', 'statefulsets/db', { spec: { replicas: 1 } }),
    ],
  },
  {
    name: 'statefulset: is scaled down in order',
    steps: [
      create('made', statefulSet({ replicas: 3 })),
      ...startAll(3),
      patch('one', 'statefulsets/db', { spec: { replicas: 1 } }),
    ],
  },
  {
    name: 'statefulset: is not scaled while a pod is not ready',
    steps: [
      create('made', statefulSet({ replicas: 3 })),
      ...startAll(3),
      play('unready', 'first is not ready', { where: isNamed('db-0') }),
      patch('one', 'statefulsets/db', { spec: { replicas: 1 } }),
      play('ready', 'it is again', { where: isNamed('db-0') }),
    ],
  },
  {
    name: 'statefulset: is updated in order',
    steps: [
      create('made', statefulSet()),
      ...startAll(2),
      patch('another image', 'statefulsets/db', imagePatch(2)),
      ready('last is ready'),
      ready('first is ready'),
    ],
  },
  {
    name: 'statefulset: is updated down to a partition',
    steps: [
      create('made', statefulSet({ replicas: 3, ...parallel, ...rolling({ partition: 2 }) })),
      ready('ready'),
      patch('another image', 'statefulsets/db', imagePatch(2)),
      ready('last is ready'),
      deletePods('an old one is deleted', { where: isNamed('db-0') }),
      ready('and ready'),
      patch('the rest', 'statefulsets/db', { spec: rolling({ partition: 0 }) }),
      ready('one more'),
      ready('all'),
    ],
  },
  {
    name: 'statefulset: is updated when somebody deletes pods',
    steps: [
      create('made', statefulSet({ updateStrategy: { type: 'OnDelete' } })),
      ...startAll(2),
      patch('another image', 'statefulsets/db', imagePatch(2)),
      deletePods('one is deleted', { where: isNamed('db-0') }),
      ready('ready'),
    ],
  },
  {
    name: 'statefulset: does not get over an update that fails',
    steps: [
      create('made', statefulSet()),
      ...startAll(2),
      patch('broken', 'statefulsets/db', imagePatch('broken')),
      play('unready', 'it does not start', { where: isPending }),
      patch('back', 'statefulsets/db', imagePatch(1)),
      deletePods('help', { where: hasImage('broken') }),
      ready('ready'),
    ],
  },
  {
    name: 'statefulset: replaces failed pods',
    steps: [
      create('made', statefulSet()),
      ...startAll(2),
      play('failed', 'one has failed', { where: isNamed('db-1') }),
      ready('ready'),
      deletePods('one is deleted', { where: isNamed('db-0') }),
      ready('ready again'),
    ],
  },
  {
    name: 'statefulset: makes claims',
    steps: [
      create('made', statefulSet(claims)),
      ...startAll(2),
      patch('one', 'statefulsets/db', { spec: { replicas: 1 } }),
      patch('two', 'statefulsets/db', { spec: { replicas: 2 } }),
      remove('gone', 'statefulsets/db'),
    ],
  },
  {
    name: 'statefulset: claims go with its pods',
    steps: [
      create('made', statefulSet({ ...claims, ...retain('Retain', 'Delete') })),
      ...startAll(2),
      patch('one', 'statefulsets/db', { spec: { replicas: 1 } }),
      patch('kept', 'statefulsets/db', { spec: retain('Retain', 'Retain') }),
    ],
  },
  {
    name: 'statefulset: claims go with it',
    steps: [
      create('made', statefulSet({ replicas: 1, ...claims, ...retain('Delete', 'Retain') })),
      ...startAll(1),
      patch('kept', 'statefulsets/db', { spec: retain('Retain', 'Retain') }),
      patch('not kept', 'statefulsets/db', { spec: retain('Delete', 'Delete') }),
      remove('gone', 'statefulsets/db'),
    ],
  },
  {
    name: 'statefulset: counts from another number',
    steps: [
      create('made', statefulSet({ ordinals: { start: 3 } })),
      ...startAll(2),
      patch('from another', 'statefulsets/db', { spec: { ordinals: { start: 4 } } }),
      ready('ready'),
    ],
  },
  {
    name: 'statefulset: waits until pods have been ready for some time',
    steps: [
      create('made', statefulSet({ minReadySeconds: 4 })),
      ready('first'),
      wait('second is made', ({ pods }) => pods.length === 2),
      ready('second'),
      wait('available', ({ statefulsets }) => at(statefulsets[0], 'status.availableReplicas') === 2),
    ],
  },
  {
    name: 'statefulset: keeps so many old revisions',
    steps: [
      create('made', statefulSet({ replicas: 1, revisionHistoryLimit: 1 })),
      ready('ready'),
      ...[2, 3, 4].flatMap((tag) => [
        patch(`image ${tag}`, 'statefulsets/db', imagePatch(tag)),
        ready(`${tag} is ready`),
      ]),
      patch('back', 'statefulsets/db', imagePatch(3)),
      ready('ready as before'),
    ],
  },
  {
    name: 'statefulset: puts its pods right',
    steps: [
      create('made', statefulSet({ replicas: 1 })),
      ready('ready'),
      patchPods('without a label', {
        metadata: { labels: { 'statefulset.kubernetes.io/pod-name': null, 'apps.kubernetes.io/pod-index': null } },
      }),
    ],
  },
  {
    name: 'statefulset: lets a pod go',
    steps: [
      create('made', statefulSet({ replicas: 1 })),
      ready('ready'),
      patchPods('another label', { metadata: { labels: { app: 'b' } } }),
      // It is tried again at growing intervals.
      { ...deletePods('out of the way'), until: ({ pods }) => pods.some(isPending) },
    ],
  },
  {
    name: 'statefulset: leaves its pods',
    steps: [
      create('made', statefulSet()),
      ...startAll(2),
      remove('gone', 'statefulsets/db', 'Orphan'),
      create('made again', statefulSet({ replicas: 3 })),
      ready('ready'),
    ],
  },
  {
    name: 'statefulset: may make some',
    steps: [
      create('quota', podQuota('1')),
      create('made', statefulSet()),
      ready('ready'),
      wait('told', ({ statefulsets }) => at(statefulsets[0], 'status.readyReplicas') === 1),
    ],
  },
  {
    name: 'statefulset: a claim of that name is there',
    steps: [
      create('claim', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data-db-0' },
        spec: {
          storageClassName: 'nobody',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '2Gi' } },
        },
      }),
      create('made', statefulSet({ replicas: 1, ...claims, ...retain('Delete', 'Delete') })),
    ],
  },
  {
    name: 'statefulset: several updates at once',
    steps: [
      create('made', statefulSet({ replicas: 4, ...parallel, ...rolling({ partition: 0, maxUnavailable: 2 }) })),
      ready('ready'),
      patch('another image', 'statefulsets/db', imagePatch(2)),
      ready('two'),
      ready('all'),
      ready('rest'),
    ],
  },
  {
    name: 'statefulset: runs on nodes',
    onNodes: true,
    steps: [
      create('made', statefulSet({ template: template({ terminationGracePeriodSeconds: 0 }) })),
      wait('available', ({ statefulsets }) => at(statefulsets[0], 'status.availableReplicas') === 2),
    ],
  },
];
