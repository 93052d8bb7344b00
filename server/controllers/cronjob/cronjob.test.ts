import test from 'ava';
import { parseCronSchedule } from '../../apis/batch/cron-schedule.ts';
import { nextTime } from '../../apis/batch/cron-times.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { CronJob, Job } from '../../client/api-types.ts';
import { cronJobs, jobs } from '../../client/resource-types.ts';
import { TestCluster } from '../workload/cluster-harness.ts';
import { cronJobController } from './controller.ts';
import { newestDue, timetableOf, untilNext } from './due-times.ts';
import { planCronJob } from './reconcile.ts';

const namespace = 'default';
let cluster: TestCluster;

test.before(async () => {
  cluster = await TestCluster.start();
  cluster.run(cronJobController);
});
test.after.always(() => cluster?.stop());

type Spec = NonNullable<CronJob['spec']>;
function cronJob(name: string, spec: Partial<Spec> = {}): CronJob {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  const jobTemplate = { metadata: { labels: { of: name } }, spec: { template } };
  return { metadata: { name, namespace }, spec: { schedule: '0 0 1 1 *', jobTemplate, ...spec } };
}

/** As if it had last run an hour ago. */
async function overdue(name: string): Promise<void> {
  const lastScheduleTime = formatTime(Date.now() - 3_600_000);
  await cluster.client.of(cronJobs).patch(name, { status: { lastScheduleTime } }, { namespace, subresource: 'status' });
}
const jobsOf = (all: Job[], name: string) => all.filter(({ metadata }) => metadata.labels?.of === name);
const untilJobs = (name: string, count: number) =>
  cluster.untilAll(jobs, { namespace, are: (all) => jobsOf(all, name).length === count });
async function finish(name: string): Promise<void> {
  const now = formatTime(Date.now());
  const condition = (type: string) => ({ type, status: 'True', reason: 'r', message: 'm', lastTransitionTime: now });
  const status = {
    startTime: now,
    completionTime: now,
    conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
  };
  await cluster.client.of(jobs).patch(name, { status }, { namespace, subresource: 'status' });
}

test('a run that is due becomes one job, named after its minute; its end is seen', async (t) => {
  await cluster.client.of(cronJobs).create(cronJob('due', { schedule: '* * * * *' }));
  await overdue('due');
  const [job] = jobsOf(await untilJobs('due', 1), 'due');
  t.regex(job?.metadata.name ?? '', /^due-\d{8}$/);
  t.like(job?.metadata.ownerReferences?.[0], { kind: 'CronJob', name: 'due', controller: true });
  const time = Number(job?.metadata.name?.split('-')[1]) * 60_000;
  t.is(job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'], formatTime(time));
  const running = await cluster.until(cronJobs, 'due', { namespace, is: (each) => each?.status?.active?.length === 1 });
  t.is(running.status?.lastScheduleTime, formatTime(time));
  await finish(job?.metadata.name ?? '');
  const done = await cluster.until(cronJobs, 'due', {
    namespace,
    is: (each) => each?.status?.lastSuccessfulTime !== undefined,
  });
  t.is(done.status?.active, undefined);
  const events = await cluster.eventsOf('due', { namespace, include: 'SawCompletedJob' });
  t.true(events.includes(`SuccessfulCreate: Created job ${job?.metadata.name}`), events.join('\n'));
  t.true(
    events.includes(`SawCompletedJob: Saw completed job: ${job?.metadata.name}, condition: Complete`),
    events.join('\n'),
  );
});

test('finished jobs beyond the limit go, the oldest first', async (t) => {
  await cluster.client.of(cronJobs).create(cronJob('keeps', { schedule: '* * * * *', successfulJobsHistoryLimit: 0 }));
  await overdue('keeps');
  const [job] = jobsOf(await untilJobs('keeps', 1), 'keeps');
  await cluster.until(cronJobs, 'keeps', { namespace, is: (each) => each?.status?.active?.length === 1 });
  await finish(job?.metadata.name ?? '');
  await cluster.untilAll(jobs, {
    namespace,
    are: (all) => jobsOf(all, 'keeps').every(({ metadata }) => metadata.uid !== job?.metadata.uid),
  });
  const events = await cluster.eventsOf('keeps', { namespace, include: 'SuccessfulDelete' });
  t.true(events.includes(`SuccessfulDelete: Deleted job ${job?.metadata.name}`));
  t.false(
    events.some((event) => event.startsWith('SawCompletedJob')),
    'of one that goes in the same round nothing else is told',
  );
});

const at = (text: string) => Date.parse(`${text}Z`);
const next = (schedule: string, after: string, zone = 'UTC') =>
  formatTime(nextTime(parseCronSchedule(schedule), { after: at(after), zone }) ?? 0);

test('schedules are due when upstream’s are, also where clocks change', (t) => {
  const cases: Array<[string, string, string, string?]> = [
    ['* * * * *', '2026-01-01T00:00:30', '2026-01-01T00:01:00Z'],
    ['*/15 8-10 * * 1-5', '2026-01-02T10:50:00', '2026-01-05T08:00:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00', '2028-02-29T00:00:00Z'],
    ['0 0 13 * 5', '2026-03-01T00:00:00', '2026-03-06T00:00:00Z'],
    ['0 12 * * *', '2026-07-01T00:00:00', '2026-07-01T10:00:00Z', 'Europe/Berlin'],
    ['30 2 * * *', '2026-03-29T00:00:00', '2026-03-30T00:30:00Z', 'Europe/Berlin'],
    ['30 2 * * *', '2026-10-25T00:00:00', '2026-10-25T00:30:00Z', 'Europe/Berlin'],
    ['0 0 * * *', '2018-11-03T12:00:00', '2018-11-05T02:00:00Z', 'America/Sao_Paulo'],
    ['@every 90s', '2026-01-01T00:00:00.5', '2026-01-01T00:01:30Z'],
    ['TZ=Asia/Kolkata 0 6 * * *', '2026-01-01T00:00:00', '2026-01-01T00:30:00Z', 'Europe/Berlin'],
  ];
  for (const [schedule, after, expected, zone] of cases)
    t.is(next(schedule, after, zone), expected, `${schedule} ${zone}`);
  t.is(nextTime(parseCronSchedule('0 0 30 2 *'), { after: 0, zone: 'UTC' }), undefined);
});

const created = (name: string, spec: Partial<Spec>, { last, now = '' }: { last?: string; now?: string } = {}) => {
  const object = cronJob(name, spec);
  object.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
  object.metadata.uid = 'cron';
  if (last !== undefined) object.status = { lastScheduleTime: `${last}Z` };
  return { cronJob: object, jobs: [], now: now === '' ? 0 : at(now) };
};

test('of several missed runs the newest is due; of very many it is told', (t) => {
  const due = (now: string, schedule = '0 * * * *') => {
    const { cronJob: object } = created('m', { schedule });
    const timetable = timetableOf(object);
    if (typeof timetable === 'string') return t.fail(timetable);
    const { time, missed } = newestDue(object, { timetable, now: at(now), withDeadline: true });
    return [time === undefined ? undefined : formatTime(time), missed];
  };
  t.deepEqual(due('2026-01-01T00:59:59'), [undefined, 'none']);
  t.deepEqual(due('2026-01-01T01:30:00'), ['2026-01-01T01:00:00Z', 'none']);
  t.deepEqual(due('2026-01-01T03:30:00'), ['2026-01-01T03:00:00Z', 'few']);
  t.deepEqual(due('2026-01-31T03:30:00'), ['2026-01-31T03:00:00Z', 'many']);
  t.deepEqual(due('2026-01-12T12:00:00', '0 10 * * 1-5'), ['2026-01-12T10:00:00Z', 'few']);
});

test('a plan makes the job of a run once, within its deadline, and waits for the next one', (t) => {
  const plan = (spec: Partial<Spec>, options: { last?: string; now: string }) =>
    planCronJob(created('p', { schedule: '0 * * * *', ...spec }, options));
  const due = plan({}, { now: '2026-01-01T01:00:10' });
  t.is(due.create?.job.metadata.name, `p-${at('2026-01-01T01:00:00') / 60_000}`);
  t.is(due.requeueAfter, 3_590_100);
  t.is(plan({}, { now: '2026-01-01T01:00:10', last: '2026-01-01T01:00:00' }).create, undefined);
  const late = plan({ startingDeadlineSeconds: 5 }, { now: '2026-01-01T01:00:10' });
  t.is(late.create, undefined);
  t.is(plan({ suspend: true }, { now: '2026-01-01T01:00:10' }).requeueAfter, undefined);
  t.is(plan({ schedule: 'x' }, { now: '2026-01-01T01:00:10' }).events[0]?.reason, 'UnparseableSchedule');
  t.like(plan({ timeZone: 'Mars/Base' }, { now: '2026-01-01T01:00:10' }).events[0], {
    reason: 'UnknownTimeZone',
    message: 'invalid timeZone: "Mars/Base": unknown time zone Mars/Base',
  });
  const zoned = plan({ timeZone: 'Asia/Kolkata' }, { now: '2026-01-01T00:40:00' });
  t.is(
    zoned.create?.job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'],
    '2026-01-01T06:00:00+05:30',
  );
});

test('jobs that run, end or vanish are followed in the status', (t) => {
  const job = (name: string, type?: string): Job => ({
    metadata: { name, uid: name },
    status: {
      completionTime: '2026-01-01T00:10:00Z',
      conditions: type === undefined ? [] : [{ type, status: 'True' }],
    },
  });
  const view = created('f', { suspend: true }, { now: '2026-01-01T00:20:00' });
  view.cronJob.status = {
    active: [
      { name: 'done', uid: 'done' },
      { name: 'gone', uid: 'gone' },
      { name: 'runs', uid: 'runs' },
    ],
  };
  const plan = planCronJob({
    ...view,
    jobs: [job('done', 'Failed'), job('runs'), job('strange'), job('old', 'Complete')],
  });
  t.deepEqual(plan.status.active, [{ name: 'runs', uid: 'runs' }]);
  t.is(plan.status.lastSuccessfulTime, '2026-01-01T00:10:00Z');
  t.deepEqual(
    plan.events.map(({ reason, message }) => `${reason}: ${message}`),
    [
      'SawCompletedJob: Saw completed job: done, condition: Failed',
      'UnexpectedJob: Saw a job that the controller did not create or forgot: strange',
      'MissingJob: Active job went missing: gone',
    ],
  );
});

test('what runs forbids or is replaced', (t) => {
  const plan = (concurrencyPolicy: string) => {
    const view = created('c', { schedule: '0 * * * *', concurrencyPolicy }, { now: '2026-01-01T01:00:10' });
    view.cronJob.status = { active: [{ name: 'runs', uid: 'runs' }] };
    const running: Job = { metadata: { name: 'runs', uid: 'runs' } };
    return planCronJob({ ...view, jobs: [running] });
  };
  t.deepEqual([plan('Forbid').create, plan('Forbid').events.at(-1)?.reason], [undefined, 'JobAlreadyActive']);
  t.deepEqual([plan('Replace').create === undefined, plan('Replace').replace.length], [false, 1]);
  t.deepEqual([plan('Allow').create === undefined, plan('Allow').replace.length], [false, 0]);
});

test('a schedule that never comes makes nothing and asks for nothing', (t) => {
  const { cronJob: object } = created('never', { schedule: '0 0 30 2 *' });
  const timetable = timetableOf(object);
  t.is(typeof timetable === 'string' ? 0 : untilNext(object, { timetable, now: at('2026-01-01T00:00:00') }), undefined);
});
