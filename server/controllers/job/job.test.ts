import test from 'ava';
import type { Job, Pod } from '../../client/api-types.ts';
import { jobs, pods } from '../../client/resource-types.ts';
import { type PodOutcome, TestCluster } from '../workload/cluster-harness.ts';
import { nextBackoff, noBackoff, remainingBackoff } from './backoff.ts';
import { jobController } from './controller.ts';
import { countShared, firstMissing, formatIntervals, parseIntervals, withIndexes } from './intervals.ts';
import { viewJob } from './job-view.ts';
import { judgeFailure, matchSuccessPolicy } from './policies.ts';
import { decideEnd, planJobPods } from './reconcile.ts';
import { countReleased, endedStatus, trackPods } from './tracking.ts';

const namespace = 'default';
const byText = (a = '', b = '') => (a < b ? -1 : 1);
let cluster: TestCluster;
/** By the label "fate" of its pods, else they succeed. */
const fates = new Map<string, (pod: Pod) => PodOutcome | undefined>();

test.before(async () => {
  cluster = await TestCluster.start();
  cluster.run(jobController);
  cluster.runPods((pod) => (fates.get(pod.metadata.labels?.fate ?? '') ?? (() => ({ phase: 'Succeeded' })))(pod), {
    namespace,
  });
});
test.after.always(() => cluster?.stop());

const container = { name: 'c', image: 'i' };

function job(name: string, spec: Partial<Job['spec']> = {}, fate?: (pod: Pod) => PodOutcome | undefined): Job {
  if (fate !== undefined) fates.set(name, fate);
  return {
    metadata: { name, namespace },
    spec: {
      template: { metadata: { labels: { fate: name } }, spec: { restartPolicy: 'Never', containers: [container] } },
      ...spec,
    },
  };
}

const condition = (object: Job | undefined, type: string) =>
  object?.status?.conditions?.find((each) => each.type === type && each.status === 'True');
const has = (type: string) => (object: Job | undefined) => condition(object, type) !== undefined;
const run = async (object: Job, end: string): Promise<Job> => {
  await cluster.client.of(jobs).create(object);
  return cluster.until(jobs, object.metadata.name ?? '', { namespace, is: has(end) });
};
const indexOf = ({ metadata }: Pod) => metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
const podsOf = async (name: string): Promise<Pod[]> =>
  (await cluster.client.of(pods).list({ namespace })).items.filter(({ metadata }) => metadata.labels?.fate === name);
const withoutFinalizers = (name: string) =>
  cluster.untilAll(pods, {
    namespace,
    are: (all) =>
      all
        .filter(({ metadata }) => metadata.labels?.fate === name)
        .every(({ metadata }) => metadata.finalizers === undefined),
  });

test('a job runs its completions, no more than its parallelism at a time, counts each once, and says that it is complete', async (t) => {
  let most = 0;
  const lister = cluster.informers.of(pods).lister;
  const done = await run(
    job('counts', { completions: 7, parallelism: 3 }, () => {
      const mine = lister.list(namespace).filter(({ metadata }) => metadata.labels?.fate === 'counts');
      most = Math.max(most, mine.filter(({ status }) => status?.phase !== 'Succeeded').length);
      return { phase: 'Succeeded' };
    }),
    'Complete',
  );
  t.is(done.status?.succeeded, 7);
  t.deepEqual(done.status?.uncountedTerminatedPods, {});
  t.true(most <= 3, String(most));
  t.truthy(done.status?.completionTime);
  t.like(condition(done, 'SuccessCriteriaMet'), {
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  });
  t.is((await podsOf('counts')).length, 7);
  await withoutFinalizers('counts');
  const events = await cluster.eventsOf('counts', { namespace, include: 'Completed' });
  t.true(events.includes('Completed: Job completed'));
});

test('an indexed job gives each pod its index, and writes down which have succeeded', async (t) => {
  const done = await run(job('indexed', { completions: 4, parallelism: 4, completionMode: 'Indexed' }), 'Complete');
  t.is(done.status?.completedIndexes, '0-3');
  const all = await podsOf('indexed');
  t.deepEqual(all.map(indexOf).toSorted(byText), ['0', '1', '2', '3']);
  const [first] = all.filter((pod) => indexOf(pod) === '0');
  t.is(first?.spec?.hostname, 'indexed-0');
  t.regex(first?.metadata.name ?? '', /^indexed-0-\w{5}$/);
  t.is(first?.metadata.labels?.['batch.kubernetes.io/job-completion-index'], '0');
  t.like(first?.spec?.containers[0]?.env?.[0], { name: 'JOB_COMPLETION_INDEX' });
});

test('a job whose pods fail beyond the limit fails, its running pods end, and all of them count as failed', async (t) => {
  const failed = await run(
    job('fails', { completions: 3, parallelism: 3, backoffLimit: 0, completionMode: 'Indexed' }, (pod) =>
      indexOf(pod) === '1' ? { phase: 'Failed' } : { phase: 'Running' },
    ),
    'Failed',
  );
  t.like(condition(failed, 'Failed'), {
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  });
  t.truthy(condition(failed, 'FailureTarget'));
  t.is(failed.status?.failed, 3);
  t.is(failed.status?.active ?? 0, 0);
  await withoutFinalizers('fails');
  const events = await cluster.eventsOf('fails', { namespace, include: 'BackoffLimitExceeded' });
  t.true(events.includes('BackoffLimitExceeded: Job has reached the specified backoff limit'));
});

test('indexes have limits of their own: the job fails at the end, with the indexes that did', async (t) => {
  const failed = await run(
    job('per-index', { completions: 4, parallelism: 4, completionMode: 'Indexed', backoffLimitPerIndex: 0 }, (pod) => ({
      phase: indexOf(pod) === '2' ? 'Failed' : 'Succeeded',
    })),
    'Failed',
  );
  t.is(failed.status?.failedIndexes, '2');
  t.is(failed.status?.completedIndexes, '0,1,3');
  t.is(condition(failed, 'Failed')?.reason, 'FailedIndexes');
});

test('a success policy ends the job when its rule is met, though other pods run on', async (t) => {
  const successPolicy = { rules: [{ succeededIndexes: '0' }] };
  const done = await run(
    job('policy', { completions: 3, parallelism: 3, completionMode: 'Indexed', successPolicy }, (pod) => ({
      phase: indexOf(pod) === '0' ? 'Succeeded' : 'Running',
    })),
    'Complete',
  );
  t.like(condition(done, 'Complete'), { reason: 'SuccessPolicy', message: 'Matched rules at index 0' });
  t.is(done.status?.succeeded, 1);
  t.is(done.status?.terminating ?? 0, 0);
});

test('a failure policy fails the job at once, with exit code and rule in the message', async (t) => {
  const podFailurePolicy = {
    rules: [{ action: 'FailJob', onExitCodes: { containerName: 'c', operator: 'In', values: [42] } }],
  };
  const failed = await run(
    job('exit', { backoffLimit: 5, podFailurePolicy }, () => ({ phase: 'Failed', exitCode: 42 })),
    'Failed',
  );
  t.is(condition(failed, 'Failed')?.reason, 'PodFailurePolicy');
  t.regex(
    condition(failed, 'Failed')?.message ?? '',
    /^Container c for pod default\/exit-\w{5} failed with exit code 42 matching FailJob rule at index 0$/,
  );
});

test('a suspended job has no pods and no start; resumed, it runs and says so', async (t) => {
  const resource = cluster.client.of(jobs);
  const name = 'suspended';
  await resource.create(job(name, { completions: 2, parallelism: 2 }, () => ({ phase: 'Running' })));
  await cluster.until(jobs, name, { namespace, is: (each) => each?.status?.ready === 2 });
  await resource.patch(name, { spec: { suspend: true } }, { namespace });
  const suspended = await cluster.until(jobs, name, {
    namespace,
    is: (each) =>
      condition(each, 'Suspended') !== undefined &&
      (each?.status?.active ?? 0) === 0 &&
      each?.status?.terminating === 0,
  });
  t.is(suspended.status?.startTime, undefined);
  t.is(suspended.status?.failed ?? 0, 0, 'pods that a suspension ends are not failures');
  await cluster.untilAll(pods, {
    namespace,
    are: (all) => all.every(({ metadata }) => metadata.labels?.fate !== name),
  });
  fates.set(name, () => ({ phase: 'Succeeded' }));
  await resource.patch(name, { spec: { suspend: false } }, { namespace });
  const done = await cluster.until(jobs, name, { namespace, is: has('Complete') });
  t.is(done.status?.succeeded, 2);
  const events = await cluster.eventsOf(name, { namespace, include: 'Resumed' });
  t.true(events.includes('Suspended: Job suspended') && events.includes('Resumed: Job resumed'), events.join());
});

test('an indexed job follows its size up and down', async (t) => {
  const resource = cluster.client.of(jobs);
  const spec = { completions: 2, parallelism: 2, completionMode: 'Indexed' };
  await resource.create(job('elastic', spec, () => ({ phase: 'Running' })));
  const sized = async (size: number) => {
    await resource.patch('elastic', { spec: { completions: size, parallelism: size } }, { namespace });
    await cluster.until(jobs, 'elastic', {
      namespace,
      is: (each) => each?.status?.ready === size && each.status.terminating === 0,
    });
    return (await podsOf('elastic'))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(indexOf)
      .toSorted(byText);
  };
  t.deepEqual(await sized(4), ['0', '1', '2', '3']);
  t.deepEqual(await sized(1), ['0']);
});

test('pods of a job that is deleted or of nobody lose the finalizer that would keep them', async (t) => {
  await cluster.client.of(jobs).create(job('orphans', {}, () => ({ phase: 'Running' })));
  await cluster.until(jobs, 'orphans', { namespace, is: (each) => each?.status?.ready === 1 });
  await cluster.client.of(jobs).delete('orphans', { namespace, propagationPolicy: 'Background' });
  await withoutFinalizers('orphans');
  t.pass();
});

test('a job counts each pod once, however often its controller is killed', async (t) => {
  const own = await TestCluster.start();
  try {
    own.runPods(() => ({ phase: 'Succeeded' }), { namespace });
    await own.client.of(jobs).create(job('killed', { completions: 40, parallelism: 5 }));
    for (let round = 0; round < 6; round++) {
      const kill = own.run(jobController);
      const before = own.informers.of(jobs).lister.get('killed', namespace)?.status?.succeeded ?? 0;
      await own.until(jobs, 'killed', {
        namespace,
        is: (each) => (each?.status?.succeeded ?? 0) > before || has('Complete')(each),
      });
      await kill();
    }
    own.run(jobController);
    const done = await own.until(jobs, 'killed', { namespace, is: has('Complete') });
    t.is(done.status?.succeeded, 40);
    t.is((await own.client.of(pods).list({ namespace })).items.length, 40);
  } finally {
    await own.stop();
  }
});

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
function pod(
  name: string,
  {
    index,
    phase = 'Running',
    endedAt,
    exitCode = 1,
    failures,
    counted = false,
    deleted = false,
  }: {
    index?: number;
    phase?: string;
    endedAt?: number;
    exitCode?: number;
    failures?: number;
    counted?: boolean;
    deleted?: boolean;
  } = {},
): Pod {
  const annotations = {
    ...(index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(index) }),
    ...(failures === undefined ? {} : { 'batch.kubernetes.io/job-index-failure-count': String(failures) }),
  };
  const state = endedAt === undefined ? {} : { terminated: { exitCode, finishedAt: at(endedAt) } };
  return {
    metadata: {
      name,
      namespace,
      uid: name,
      annotations,
      creationTimestamp: at(0),
      ...(counted ? {} : { finalizers: ['batch.kubernetes.io/job-tracking'] }),
      ...(deleted ? { deletionTimestamp: at(1) } : {}),
    },
    spec: { containers: [container] },
    status: { phase, containerStatuses: [{ ...container, imageID: '', ready: false, restartCount: 0, state }] },
  };
}
const view = (object: Job, all: Pod[], now = 1_000_000) => viewJob(object, { pods: all, backoff: noBackoff, now });

test('a pod is counted in three steps, and what happens twice in between counts once', (t) => {
  const object = job('three', { completions: 2 });
  const ended = pod('a', { phase: 'Succeeded', endedAt: 10 });
  const first = trackPods(view(object, [ended]), { status: {}, end: undefined });
  t.deepEqual(first.status.uncountedTerminatedPods?.succeeded, ['a']);
  t.is(first.status.succeeded, 0);
  t.deepEqual(first.release, [ended]);
  const again = trackPods(view({ ...object, status: first.status }, [ended]), { status: first.status, end: undefined });
  t.deepEqual(again.status.uncountedTerminatedPods?.succeeded, ['a']);
  t.is(view({ ...object, status: first.status }, [ended]).succeeded, 1);
  const counted = countReleased(first.status, new Set());
  t.is(counted.succeeded, 1);
  t.deepEqual(counted.uncountedTerminatedPods, { succeeded: [], failed: [] });
  t.is(view({ ...object, status: counted }, [pod('a', { phase: 'Succeeded', counted: true })]).succeeded, 1);
});

test('a job does not end while pods are not counted or still on their way out', (t) => {
  const end = { type: 'Complete', status: 'True', reason: 'r', message: 'm' };
  t.is(endedStatus({ uncountedTerminatedPods: { succeeded: ['a'] } }, { end, terminating: 0, now: 0 }), undefined);
  t.is(endedStatus({}, { end, terminating: 1, now: 0 }), undefined);
  t.like(endedStatus({}, { end, terminating: 0, now: 0 }), { completionTime: '1970-01-01T00:00:00Z' });
});

test('after failures a job waits 10 s, twice as long with each, until a pod succeeds', (t) => {
  const failed = [pod('a', { phase: 'Failed', endedAt: 100 }), pod('b', { phase: 'Failed', endedAt: 120 })];
  const backoff = nextBackoff(noBackoff, { succeeded: [], failed });
  t.deepEqual(backoff, { failures: 2, lastFailureAt: 120_000 });
  t.is(remainingBackoff(backoff, 125_000), 15_000);
  t.is(remainingBackoff({ failures: 40, lastFailureAt: 0 }, 0), 600_000);
  t.deepEqual(nextBackoff(backoff, { succeeded: [pod('c', { endedAt: 130 })], failed: [] }), noBackoff);
  t.deepEqual(nextBackoff(backoff, { succeeded: [pod('c', { endedAt: 110 })], failed }), {
    failures: 1,
    lastFailureAt: 120_000,
  });
  const plan = planJobPods(
    view(
      job('w', { backoffLimit: 6, completions: 1, parallelism: 1 }),
      [pod('a', { phase: 'Failed', endedAt: 100 })],
      103_000,
    ),
  );
  t.deepEqual(plan, { delete: [], create: [], wait: 7000 });
});

test('pods of an index wait for their own failures only, and the last failed one is held until its successor is made', (t) => {
  const object = job('own', { completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 3 });
  const failed = pod('a', { index: 1, phase: 'Failed', endedAt: 995, failures: 1 });
  const looked = view(object, [failed]);
  t.deepEqual(planJobPods(looked).create, [0, 2]);
  t.deepEqual(trackPods(looked, { status: {}, end: undefined }).release, []);
  t.deepEqual(planJobPods(view(object, [failed], 1_020_000)).create, [0, 1, 2]);
  const replaced = view(object, [failed, pod('b', { index: 1 })]);
  t.deepEqual(trackPods(replaced, { status: {}, end: undefined }).release, [failed]);
});

test('of pods with the same index all but one go, and those of indexes that are no more', (t) => {
  const object = job('same', { completions: 2, parallelism: 2, completionMode: 'Indexed' });
  const all = [
    pod('a', { index: 0 }),
    pod('b', { index: 0 }),
    pod('c', { index: 1 }),
    pod('d', { index: 5 }),
    pod('e'),
  ];
  const gone = planJobPods(view(object, all)).delete.map(({ metadata }) => metadata.name);
  t.is(gone.length, 3);
  t.true(gone.includes('d') && gone.includes('e') && !gone.includes('c'));
});

test('pods on their way out are replaced at once, or when they have ended where only failed ones are replaced', (t) => {
  const going = [pod('a', { deleted: true })];
  const spec = { completions: 1, parallelism: 1 };
  t.is(planJobPods(view(job('now', spec), going, 1e9)).create.length, 1);
  t.is(planJobPods(view(job('later', { ...spec, podReplacementPolicy: 'Failed' }), going, 1e9)).create.length, 0);
});

test('a deadline counts from the start, and fails the job', (t) => {
  const object = job('deadline', { activeDeadlineSeconds: 5 });
  object.status = { startTime: at(990) };
  t.is(decideEnd(view(object, [], 994_000)), undefined);
  t.is(decideEnd(view(object, [], 995_000))?.reason, 'DeadlineExceeded');
  object.spec = { ...object.spec, suspend: true } as NonNullable<Job['spec']>;
  t.is(decideEnd(view(object, [], 999_000)), undefined);
});

test('failure rules are tried in order: ignore, count, fail the index, fail the job', (t) => {
  const rules = [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailIndex', onExitCodes: { operator: 'In', values: [3] } },
    { action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [1, 2] } },
  ];
  const object = job('rules', { podFailurePolicy: { rules } });
  const verdict = (exitCode: number) => judgeFailure(pod('a', { phase: 'Failed', endedAt: 1, exitCode }), object);
  t.deepEqual(verdict(1), { isCounted: true, failsIndex: false, jobFailure: undefined });
  t.true(verdict(3).failsIndex);
  t.is(verdict(9).jobFailure, 'Container c for pod default/a failed with exit code 9 matching FailJob rule at index 2');
  const disrupted = pod('a', { phase: 'Failed', endedAt: 1, exitCode: 9 });
  Object.assign(disrupted.status ?? {}, { conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
  t.false(judgeFailure(disrupted, object).isCounted);
});

test('index sets are read, joined, compared and written as upstream writes them', (t) => {
  t.is(formatIntervals(parseIntervals('0,1,3-5,7', 7)), '0,1,3-5');
  t.is(formatIntervals(withIndexes(parseIntervals('1,5-6', 10), [2, 4, 3])), '1-6');
  t.is(countShared(parseIntervals('0-4,8', 10), parseIntervals('3-8', 10)), 3);
  t.deepEqual(firstMissing(parseIntervals('0,2-3', 10), { count: 3, completions: 6 }), [1, 4, 5]);
  const object = job('s', {
    completions: 10,
    successPolicy: { rules: [{ succeededIndexes: '0-9', succeededCount: 2 }] },
  });
  t.is(matchSuccessPolicy(object, parseIntervals('4', 10)), undefined);
  t.is(matchSuccessPolicy(object, parseIntervals('4,7', 10)), 'Matched rules at index 0');
});
