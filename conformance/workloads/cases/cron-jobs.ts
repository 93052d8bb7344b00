/** CronJobs, due because their last run is said to have been long ago. */
import type { JsonObject } from '../../differential/case.ts';
import { at } from '../look-up.ts';
import { create, patch, patchStatus, play, remove, type Scenario, type Step, wait } from '../scenario.ts';
import { cronJob, isPending } from './workload-objects.ts';

const lastYear = `${new Date().getUTCFullYear() - 1}-06-01T00:00:00Z`;
const due = (name: string): Step => patchStatus(name, 'cronjobs/tick', { status: { lastScheduleTime: lastYear } });
const succeed = (name: string): Step => play('succeeded', name, { where: isPending });
const isGone = ({ jobs }: { jobs: readonly JsonObject[] }): boolean => jobs.length === 0;

export const cronJobScenarios: readonly Scenario[] = [
  {
    name: 'cronjob: is not due',
    steps: [create('made', cronJob()), patch('another schedule', 'cronjobs/tick', { spec: { schedule: '0 0 2 1 *' } })],
  },
  { name: 'cronjob: is due', steps: [create('made', cronJob()), due('due'), succeed('done')] },
  {
    name: 'cronjob: is suspended',
    steps: [
      create('made', cronJob({ suspend: true })),
      due('due'),
      patch('resumed', 'cronjobs/tick', { spec: { suspend: false } }),
    ],
  },
  {
    name: 'cronjob: fails',
    steps: [create('made', cronJob({}, { backoffLimit: 0 })), due('due'), play('failed', 'failed')],
  },
  {
    name: 'cronjob: keeps no history',
    steps: [
      create('made', cronJob({ successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 })),
      due('due'),
      succeed('done'),
      wait('gone', isGone),
    ],
  },
  { name: 'cronjob: is too late', steps: [create('made', cronJob({ startingDeadlineSeconds: 60 })), due('due')] },
  {
    name: 'cronjob: is too late but not by much',
    steps: [create('made', cronJob({ startingDeadlineSeconds: 100_000_000 })), due('due')],
  },
  {
    name: 'cronjob: has missed many',
    steps: [
      create('made', cronJob({ schedule: '0 0 1 1,2 *' })),
      patchStatus('due', 'cronjobs/tick', { status: { lastScheduleTime: '1950-01-01T00:00:00Z' } }),
    ],
  },
  { name: 'cronjob: in a time zone', steps: [create('made', cronJob({ timeZone: 'Asia/Kathmandu' })), due('due')] },
  {
    name: 'cronjob: does not run twice at once',
    steps: [create('made', cronJob({ concurrencyPolicy: 'Forbid' })), due('due'), due('due again')],
  },
  {
    name: 'cronjob: replaces',
    steps: [
      create('made', cronJob({ concurrencyPolicy: 'Replace' })),
      due('due'),
      patch('another schedule', 'cronjobs/tick', { spec: { schedule: '0 0 2 1 *' } }),
      due('due again'),
    ],
  },
  {
    name: 'cronjob: runs twice at once',
    steps: [
      create('made', cronJob()),
      due('due'),
      patch('another schedule', 'cronjobs/tick', { spec: { schedule: '0 0 2 1 *' } }),
      due('due again'),
    ],
  },
  {
    name: 'cronjob: its job goes away',
    steps: [create('made', cronJob()), due('due'), remove('its job goes', 'jobs/*', 'Background')],
  },
  {
    name: 'cronjob: labels and annotations',
    steps: [
      create('made', {
        ...cronJob(),
        spec: {
          ...(cronJob().spec as JsonObject),
          jobTemplate: {
            metadata: { labels: { l: 'x' }, annotations: { a: 'y' } },
            spec: at(cronJob(), 'spec.jobTemplate.spec') as JsonObject,
          },
        },
      }),
      due('due'),
    ],
  },
  {
    name: 'cronjob: is deleted',
    steps: [
      create('made', cronJob()),
      due('due'),
      remove('gone', 'cronjobs/tick', 'Background'),
      wait('all gone', isGone),
    ],
  },
];
