/** What a job's rules make of failed pods and of succeeded indexes. */
import type { Job, Pod } from '../../client/api-types.ts';
import { countIndexes, countShared, type Intervals, parseIntervals } from './intervals.ts';
import { failuresBefore, isPodFailed } from './job-pods.ts';

type FailurePolicy = NonNullable<NonNullable<Job['spec']>['podFailurePolicy']>;
type ExitCodes = NonNullable<FailurePolicy['rules'][number]['onExitCodes']>;
type Conditions = NonNullable<FailurePolicy['rules'][number]['onPodConditions']>;
type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

export interface FailureVerdict {
  /** Towards the back-off limit. */
  readonly isCounted: boolean;
  readonly failsIndex: boolean;
  /** Why the whole job fails. */
  readonly jobFailure: string | undefined;
}

const counts: FailureVerdict = { isCounted: true, failsIndex: false, jobFailure: undefined };

/** By the first rule that matches. */
export function judgeFailure(pod: Pod, { spec }: Job): FailureVerdict {
  for (const [index, { action, onExitCodes, onPodConditions }] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const what =
      onExitCodes === undefined || onExitCodes === null
        ? matchConditions(pod, onPodConditions ?? [])
        : matchExitCodes(pod, onExitCodes);
    if (what === undefined) continue;
    if (action === 'Ignore') return { ...counts, isCounted: false };
    if (action === 'FailIndex') return { ...counts, failsIndex: true };
    if (action === 'Count') return counts;
    if (action === 'FailJob') return { ...counts, jobFailure: `${what} matching ${action} rule at index ${index}` };
  }
  return counts;
}

function matchExitCodes({ metadata, status }: Pod, { containerName, operator, values }: ExitCodes): string | undefined {
  const matches = ({ name, state }: ContainerStatus) => {
    const exitCode = state?.terminated?.exitCode ?? 0;
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
    return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode);
  };
  const found = status?.containerStatuses?.find(matches) ?? status?.initContainerStatuses?.find(matches);
  if (found === undefined) return undefined;
  const { name, namespace } = metadata;
  return `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${found.state?.terminated?.exitCode}`;
}

function matchConditions({ metadata, status }: Pod, patterns: Conditions): string | undefined {
  const found = status?.conditions?.find((condition) =>
    patterns.some((pattern) => pattern.type === condition.type && (pattern.status ?? 'True') === condition.status),
  );
  return found === undefined ? undefined : `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}

/** Why the job fails at once. */
export function jobFailureByPolicy(job: Job, pods: readonly Pod[]): string | undefined {
  if (job.spec?.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const { jobFailure } = isPodFailed(pod, job) ? judgeFailure(pod, job) : counts;
    if (jobFailure !== undefined) return jobFailure;
  }
  return undefined;
}

/** True where its index gets no further pod. */
export function failsItsIndex(pod: Pod, job: Job): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { failsIndex, isCounted } = judgeFailure(pod, job);
  return failsIndex || (isCounted && failuresBefore(pod).counted >= (job.spec?.backoffLimitPerIndex ?? 0));
}

/** Which rule says that the job has succeeded, in upstream's words. */
export function matchSuccessPolicy({ spec }: Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  const rules = spec?.successPolicy?.rules ?? [];
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined)
      return succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
    const required = parseIntervals(succeededIndexes, spec?.completions ?? 0);
    const done = countShared(required, succeeded);
    if (required.length === 0) return false;
    return done === countIndexes(required) || (succeededCount !== undefined && done >= succeededCount);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}
