/** Jobs: how they end, what they count, and which pods they make again. */
import type { JsonObject } from '../../differential/case.ts';
import { at, hasCondition } from '../look-up.ts';
import { create, deletePods, patch, patchPods, play, remove, type Scenario, type Step, wait } from '../scenario.ts';
import { barePod, heldTemplate, isPending, isRunning, job, podQuota, template } from './workload-objects.ts';

const indexed = { completionMode: 'Indexed' };
const isIndex =
  (index: number) =>
  (pod: JsonObject): boolean =>
    ((at(pod, 'metadata.annotations') ?? {}) as JsonObject)['batch.kubernetes.io/job-completion-index'] ===
    String(index);
const succeed = (name: string, first?: number): Step =>
  play('succeeded', name, { where: isPending, ...(first === undefined ? {} : { first }) });
const fail = (name: string, first?: number): Step =>
  play('failed', name, { where: isPending, ...(first === undefined ? {} : { first }) });
const run = play('ready', 'running');
const finished = (type: string) => wait(`is ${type}`, ({ jobs }) => hasCondition(jobs[0], type));
const onExit = (action: string, more: JsonObject = {}): JsonObject => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] },
  ...more,
});
const exits = (exitCode: number, name: string, first = 1): Step =>
  play({ exitCode }, name, { where: isPending, first });

export const jobScenarios: readonly Scenario[] = [
  { name: 'job: completes', steps: [create('made', job()), run, play('succeeded', 'done')] },
  {
    name: 'job: completes several times',
    steps: [
      create('made', job({ completions: 3, parallelism: 2 })),
      succeed('first', 1),
      succeed('the rest'),
      succeed('last'),
    ],
  },
  {
    name: 'job: of a work queue',
    steps: [
      create('made', job({ parallelism: 3 })),
      run,
      play('succeeded', 'one is done', { first: 1 }),
      play('succeeded', 'all are', { where: isRunning }),
    ],
  },
  {
    name: 'job: completes by index',
    steps: [
      create('made', job({ ...indexed, completions: 3, parallelism: 2 })),
      play('succeeded', 'index 1', { where: isIndex(1) }),
      succeed('others'),
      succeed('last'),
    ],
  },
  { name: 'job: fails at once', steps: [create('made', job({ backoffLimit: 0 })), fail('failed'), finished('Failed')] },
  {
    name: 'job: fails while others run',
    steps: [
      create('made', job({ backoffLimit: 0, parallelism: 3, completions: 3 })),
      run,
      play('failed', 'failed', { first: 1 }),
    ],
  },
  {
    name: 'job: tries again',
    steps: [
      create('made', job({ backoffLimit: 1 })),
      fail('failed'),
      wait('another pod', ({ pods }) => pods.length === 2),
      fail('failed again'),
    ],
  },
  {
    name: 'job: tries an index again',
    steps: [
      create('made', job({ ...indexed, completions: 2, parallelism: 2, backoffLimitPerIndex: 1 })),
      play('failed', 'index 0 fails', { where: isIndex(0) }),
      succeed('index 1 succeeds', 1),
      wait('another pod', ({ pods }) => pods.length === 3),
      fail('index 0 fails again'),
      finished('Failed'),
    ],
  },
  {
    name: 'job: too many indexes fail',
    steps: [
      create('made', job({ ...indexed, completions: 4, parallelism: 4, backoffLimitPerIndex: 0, maxFailedIndexes: 1 })),
      play('failed', 'index 0', { where: isIndex(0) }),
      play('failed', 'index 2', { where: isIndex(2) }),
    ],
  },
  {
    name: 'job: fails by policy',
    steps: [
      create('made', job({ ...onExit('FailJob'), parallelism: 2, completions: 2 })),
      run,
      play({ exitCode: 42 }, 'exits', { first: 1 }),
      finished('Failed'),
    ],
  },
  {
    name: 'job: does not count a failure',
    steps: [
      create('made', job({ ...onExit('Ignore'), backoffLimit: 0 })),
      exits(42, 'ignored'),
      wait('another pod', ({ pods }) => pods.length === 2),
      exits(1, 'counted'),
    ],
  },
  {
    name: 'job: counts a failure',
    steps: [create('made', job({ ...onExit('Count'), backoffLimit: 0 })), exits(42, 'counted')],
  },
  {
    name: 'job: fails an index by policy',
    steps: [
      create(
        'made',
        job({ ...indexed, completions: 2, parallelism: 2, ...onExit('FailIndex', { backoffLimitPerIndex: 2 }) }),
      ),
      exits(42, 'index fails'),
      succeed('other succeeds', 1),
    ],
  },
  {
    name: 'job: a disruption does not count',
    steps: [
      create(
        'made',
        job({
          backoffLimit: 0,
          podFailurePolicy: {
            rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
          },
        }),
      ),
      play({ exitCode: 137, condition: 'DisruptionTarget' }, 'disrupted'),
      wait('another pod', ({ pods }) => pods.length === 2),
      succeed('done'),
    ],
  },
  {
    name: 'job: restarts count',
    steps: [
      create('made', job({ backoffLimit: 2 }, { restartPolicy: 'OnFailure' })),
      play({ restarts: 1 }, 'once'),
      play({ restarts: 2 }, 'twice'),
    ],
  },
  { name: 'job: has a deadline', steps: [create('made', job({ activeDeadlineSeconds: 2 })), run, finished('Failed')] },
  {
    name: 'job: is suspended and resumed',
    steps: [
      create('made', job({ suspend: true, completions: 2, parallelism: 2 })),
      patch('resumed', 'jobs/sum', { spec: { suspend: false } }),
      run,
      patch('suspended', 'jobs/sum', { spec: { suspend: true } }),
      patch('resumed again', 'jobs/sum', { spec: { suspend: false } }),
      succeed('done'),
    ],
  },
  {
    name: 'job: more and fewer at once',
    steps: [
      create('made', job({ completions: 6, parallelism: 1 })),
      patch('four', 'jobs/sum', { spec: { parallelism: 4 } }),
      run,
      patch('two', 'jobs/sum', { spec: { parallelism: 2 } }),
      patch('none', 'jobs/sum', { spec: { parallelism: 0 } }),
    ],
  },
  {
    name: 'job: more and fewer indexes',
    steps: [
      create('made', job({ ...indexed, completions: 2, parallelism: 2 })),
      patch('four', 'jobs/sum', { spec: { completions: 4, parallelism: 4 } }),
      play('succeeded', 'index 3', { where: isIndex(3) }),
      patch('one', 'jobs/sum', { spec: { completions: 1, parallelism: 1 } }),
      succeed('done'),
    ],
  },
  {
    name: 'job: succeeds by policy',
    steps: [
      create(
        'made',
        job({ ...indexed, completions: 3, parallelism: 3, successPolicy: { rules: [{ succeededIndexes: '1' }] } }),
      ),
      run,
      play('succeeded', 'index 1', { where: isIndex(1) }),
    ],
  },
  {
    name: 'job: succeeds by number',
    steps: [
      create(
        'made',
        job({
          ...indexed,
          completions: 3,
          parallelism: 3,
          successPolicy: { rules: [{ succeededIndexes: '0-2', succeededCount: 2 }] },
        }),
      ),
      play('succeeded', 'index 1', { where: isIndex(1) }),
      play('succeeded', 'index 2', { where: isIndex(2) }),
    ],
  },
  {
    name: 'job: replaces pods that are gone',
    steps: [
      create('made', job()),
      run,
      deletePods('deleted'),
      wait('another pod', ({ pods }) => pods.some(isPending)),
      succeed('done'),
    ],
  },
  {
    name: 'job: replaces pods when they have failed',
    steps: [
      create('made', job({ podReplacementPolicy: 'Failed', parallelism: 2, completions: 2 })),
      run,
      deletePods('deleted', { first: 1 }),
    ],
  },
  {
    name: 'job: pods that are on their way out',
    steps: [
      create(
        'made',
        job({
          parallelism: 2,
          completions: 2,
          template: {
            metadata: { finalizers: ['example.com/held'] },
            spec: { ...(heldTemplate().spec as JsonObject), restartPolicy: 'Never' },
          },
        }),
      ),
      run,
      deletePods('deleted', { first: 1 }),
      wait('another pod', ({ pods }) => pods.some(isPending)),
      play('failed', 'it ends', { where: (pod) => at(pod, 'metadata.deletionTimestamp') !== undefined }),
      patchPods(
        'may go',
        { metadata: { finalizers: null } },
        { where: (pod) => at(pod, 'metadata.deletionTimestamp') !== undefined },
      ),
    ],
  },
  { name: 'job: is not ours', steps: [create('made', job({ managedBy: 'example.com/else' }))] },
  {
    name: 'job: has a selector of its own',
    steps: [
      create('pod', barePod('one')),
      create(
        'made',
        job({
          manualSelector: true,
          selector: { matchLabels: { app: 'a' } },
          parallelism: 2,
          completions: 2,
          template: {
            metadata: { labels: { app: 'a' } },
            spec: { ...(template().spec as JsonObject), restartPolicy: 'Never' },
          },
        }),
      ),
    ],
  },
  {
    name: 'job: lets a pod go',
    steps: [
      create('made', job()),
      run,
      patchPods('other labels', { metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'x' } } }),
    ],
  },
  {
    name: 'job: may make some',
    steps: [create('quota', podQuota('1')), create('made', job({ parallelism: 3, completions: 3 })), succeed('one')],
  },
  {
    name: 'job: goes when it is done',
    steps: [
      create('made', job({ ttlSecondsAfterFinished: 2 })),
      play('succeeded', 'done'),
      wait('gone', ({ jobs }) => jobs.length === 0),
    ],
  },
  { name: 'job: leaves its pods', steps: [create('made', job()), run, remove('gone', 'jobs/sum', 'Orphan')] },
  { name: 'job: is deleted', steps: [create('made', job()), run, remove('gone', 'jobs/sum', 'Background')] },
  { name: 'job: of nothing', steps: [create('made', job({ completions: 0 }))] },
  {
    name: 'job: runs on nodes',
    onNodes: true,
    steps: [
      create('made', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'sum' },
        spec: {
          completions: 2,
          parallelism: 2,
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'echo done'] }],
            },
          },
        },
      }),
      finished('Complete'),
    ],
  },
  {
    name: 'job: fails on nodes',
    onNodes: true,
    steps: [
      create('made', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'sum' },
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'exit 3'] }],
            },
          },
        },
      }),
      finished('Failed'),
    ],
  },
];
