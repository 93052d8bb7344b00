/** The pods of a job, as its template and their index make them. */
import type { Container, Job, Pod } from '../../client/api-types.ts';
import { jobs } from '../../client/resource-types.ts';
import { podFromTemplate } from '../workload/pod-control.ts';
import {
  failuresAnnotation,
  failuresBefore,
  ignoredFailuresAnnotation,
  indexAnnotation,
  trackingFinalizer,
} from './job-pods.ts';
import type { JobView } from './job-view.ts';
import { judgeFailure } from './policies.ts';

const indexVariable = 'JOB_COMPLETION_INDEX';
/** Characters of a name before what the server adds. */
const PREFIX_LENGTH = 58;

export function newJobPod({ job, indexes }: JobView, index: number | undefined): Pod {
  const pod = podFromTemplate(job.spec?.template, { owner: job, ownerType: jobs });
  pod.metadata.finalizers = [...new Set([...(pod.metadata.finalizers ?? []), trackingFinalizer])];
  if (index === undefined || pod.spec === undefined) return pod;
  const { name = '' } = job.metadata;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) addIndexVariable(container);
  const failures = indexes?.failed === undefined ? {} : failureCounts(job, indexes.held.get(index));
  pod.metadata.annotations = { ...pod.metadata.annotations, [indexAnnotation]: String(index), ...failures };
  pod.metadata.labels = { ...pod.metadata.labels, [indexAnnotation]: String(index) };
  pod.metadata.generateName = `${name.slice(0, PREFIX_LENGTH - `-${index}-`.length)}-${index}-`;
  pod.spec.hostname = `${name}-${index}`;
  return pod;
}

function addIndexVariable(container: Container): void {
  if (container.env?.some(({ name }) => name === indexVariable) === true) return;
  const fieldPath = `metadata.labels['${indexAnnotation}']`;
  container.env = [...(container.env ?? []), { name: indexVariable, valueFrom: { fieldRef: { fieldPath } } }];
}

function failureCounts(job: Job, replaced: Pod | undefined): Record<string, string> {
  let { counted, ignored } = replaced === undefined ? { counted: 0, ignored: 0 } : failuresBefore(replaced);
  if (replaced !== undefined && judgeFailure(replaced, job).isCounted) counted++;
  else if (replaced !== undefined) ignored++;
  return {
    [failuresAnnotation]: String(counted),
    ...(ignored > 0 ? { [ignoredFailuresAnnotation]: String(ignored) } : {}),
  };
}
