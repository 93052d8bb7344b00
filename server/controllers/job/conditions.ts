/** The conditions of a job. */
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { Job } from '../../client/api-types.ts';

export type JobStatus = NonNullable<Job['status']>;
export type JobCondition = NonNullable<JobStatus['conditions']>[number];
export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

export interface NewJobCondition {
  readonly type: JobConditionType;
  readonly status?: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function newJobCondition({ type, status = 'True', reason, message, now }: NewJobCondition): JobCondition {
  const time = formatTime(now);
  return { type, status, reason, message, lastProbeTime: time, lastTransitionTime: time };
}

export function trueCondition({ status }: Job, type: JobConditionType): JobCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

export function isJobFinished(job: Job): boolean {
  return trueCondition(job, 'Complete') !== undefined || trueCondition(job, 'Failed') !== undefined;
}

/** The same list where nothing changes; one that is false does not come up anew. */
export function withJobCondition(
  conditions: readonly JobCondition[],
  condition: JobCondition,
): readonly JobCondition[] {
  const index = conditions.findIndex(({ type }) => type === condition.type);
  const known = conditions[index];
  if (known === undefined) return condition.status === 'False' ? conditions : [...conditions, condition];
  const { status, reason, message } = condition;
  const isSame = known.status === status && known.reason === reason && known.message === message;
  return isSame ? conditions : conditions.with(index, condition);
}
