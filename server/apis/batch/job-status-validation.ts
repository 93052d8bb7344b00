/** The status of jobs: what contradicts itself is refused, but only where this write made it so. */
import {
  duplicate,
  invalid,
  invalidTyped,
  invalidWithoutValue,
  required,
} from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkNonNegative, type Errors } from '../validation/checks.ts';
import { CompletionIndexesError, countCompletionIndexes, firstSharedIndex } from './completion-indexes.ts';
import { isConditionFalse, isConditionTrue, isJobFinished, type JobConditionType } from './job-conditions.ts';

/** One write of a status, and which of its facts it changes. */
interface StatusChange {
  readonly spec: JsonObject;
  readonly status: JsonObject;
  readonly before: JsonObject;
  readonly is: (type: JobConditionType) => boolean;
  readonly finished: boolean;
  readonly turned: (...types: JobConditionType[]) => boolean;
  readonly finishedTurned: boolean;
  readonly changed: (...fields: string[]) => boolean;
}

export function validateJobStatusUpdate(job: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(job);
  const status = asObject(job.status);
  const before = asObject(old.status);
  const change: StatusChange = {
    spec: asObject(job.spec),
    status,
    before,
    is: (type) => isConditionTrue(status, type),
    finished: isJobFinished(status),
    turned: (...types) => types.some((type) => isConditionTrue(status, type) !== isConditionTrue(before, type)),
    finishedTurned: isJobFinished(status) !== isJobFinished(before),
    changed: (...fields) => fields.some((field) => !semanticallyEqual(status[field], before[field])),
  };
  for (const count of ['active', 'succeeded', 'failed', 'ready', 'terminating']) {
    checkNonNegative(status[count], `status.${count}`, errors);
  }
  checkUncountedPods(status, errors);
  checkConditionsAndTimes(change, errors);
  checkFinished(change, errors);
  checkIndexes(change, errors);
  checkRunningCounts(change, errors);
  checkSuccessCriteria(change, errors);
  checkTransition(change, errors);
  return errors;
}

function checkUncountedPods(status: JsonObject, errors: Errors): void {
  const pods = asObject(status.uncountedTerminatedPods);
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed']) {
    asList(pods[list]).forEach((value, index) => {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`;
      const uid = asText(value);
      if (uid === '') errors.push(invalid(path, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(path, uid));
      seen.add(uid);
    });
  }
}

function refuseConditions(errors: Errors, detail: string): void {
  errors.push(invalidWithoutValue('status.conditions', detail));
}

function checkConditionsAndTimes({ status, is, turned, changed }: StatusChange, errors: Errors): void {
  const { startTime, completionTime } = status;
  const path = 'status.completionTime';
  if (turned('Complete', 'Failed') && is('Complete') && is('Failed')) {
    refuseConditions(errors, 'cannot set Complete=True and Failed=true conditions');
  }
  if (turned('Complete', 'FailureTarget') && is('Complete') && is('FailureTarget')) {
    refuseConditions(errors, 'cannot set Complete=True and FailureTarget=true conditions');
  }
  if (turned('Complete') || changed('completionTime')) {
    if (isSet(completionTime) && !is('Complete')) {
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      errors.push(invalid(path, completionTime, detail));
    }
    if (!isSet(completionTime) && is('Complete')) {
      errors.push(required(path, 'completionTime is required for Complete jobs'));
    }
  }
  if (changed('startTime', 'completionTime') && isSet(startTime) && isSet(completionTime)) {
    if (Date.parse(asText(completionTime)) < Date.parse(asText(startTime))) {
      errors.push(invalid(path, completionTime, 'must be equal to or after `startTime`'));
    }
  }
  if ((turned('Failed') || changed('failedIndexes')) && is('Failed') && !is('FailureTarget')) {
    refuseConditions(errors, 'cannot set Failed=True condition without the FailureTarget=true condition');
  }
  if (turned('Complete', 'SuccessCriteriaMet') && is('Complete') && !is('SuccessCriteriaMet')) {
    refuseConditions(errors, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  }
}

function checkFinished({ spec, status, finished, finishedTurned, changed }: StatusChange, errors: Errors): void {
  if (!finished) return;
  if ((finishedTurned || changed('active')) && asNumber(status.active) > 0) {
    errors.push(invalid('status.active', status.active, 'active>0 is invalid for finished job'));
  }
  const neverRan = spec.suspend === true && spec.completions === 0;
  if ((finishedTurned || changed('startTime')) && !neverRan && !isSet(status.startTime)) {
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  }
  const { succeeded, failed } = asObject(status.uncountedTerminatedPods);
  if ((finishedTurned || changed('uncountedTerminatedPods')) && asList(succeeded).length + asList(failed).length > 0) {
    const shown = { Succeeded: succeeded ?? null, Failed: failed ?? null };
    errors.push(invalid('status.uncountedTerminatedPods', shown, 'must be empty for finished job'));
  }
}

function checkIndexes({ spec, status, changed }: StatusChange, errors: Errors): void {
  const completed = asText(status.completedIndexes);
  const { failedIndexes: failed } = status;
  const limited = isSet(spec.completions);
  const completions = asNumber(spec.completions);
  if (changed('completedIndexes') && limited) checkFormat(completed, 'completedIndexes', completions, errors);
  const perIndex = isSet(spec.backoffLimitPerIndex);
  const failedChanged = changed('failedIndexes');
  if (failedChanged && limited && perIndex && isSet(failed)) {
    checkFormat(asText(failed), 'failedIndexes', completions, errors);
  }
  if (changed('completedIndexes') && completed !== '' && spec.completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid('status.completedIndexes', completed, detail));
  }
  if (failedChanged && !perIndex && isSet(failed)) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid('status.failedIndexes', failed, detail));
  }
  if (changed('failedIndexes', 'completedIndexes') && limited && isSet(failed)) {
    const shared = firstSharedIndex(completed, asText(failed), completions);
    if (shared !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      errors.push(invalid('status.failedIndexes', failed, detail));
    }
  }
}

function checkFormat(indexes: string, field: string, completions: number, errors: Errors): void {
  try {
    countCompletionIndexes(indexes, completions);
  } catch (error) {
    if (!(error instanceof CompletionIndexesError)) throw error;
    const detail = `error parsing ${field}: ${error.message}`;
    const refusal = field === 'failedIndexes' ? invalidTyped : invalid;
    errors.push(refusal(`status.${field}`, indexes, detail));
  }
}

function checkRunningCounts({ status, finished, finishedTurned, changed }: StatusChange, errors: Errors): void {
  const { terminating, ready } = status;
  if ((finishedTurned || changed('terminating')) && finished && asNumber(terminating) > 0) {
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  if (changed('ready', 'active') && isSet(ready) && asNumber(ready) > asNumber(status.active)) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
}

function checkSuccessCriteria({ spec, is }: StatusChange, errors: Errors): void {
  if (is('SuccessCriteriaMet') && is('Failed')) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  }
  if (is('SuccessCriteriaMet') && is('FailureTarget')) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  }
  if (isSet(spec.successPolicy) && !is('SuccessCriteriaMet') && is('Complete')) {
    const detail = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    refuseConditions(errors, detail);
  }
}

function checkTransition({ spec, status, before, is, changed }: StatusChange, errors: Errors): void {
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const) {
    if (isConditionTrue(before, type) && !is(type)) {
      refuseConditions(errors, `cannot disable the terminal ${type}=True condition`);
    }
  }
  if (asNumber(status.failed) < asNumber(before.failed)) {
    errors.push(invalid('status.failed', asNumber(status.failed), 'cannot decrease the failed counter'));
  }
  // An elastic indexed job that shrinks forgets completions.
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic && asNumber(status.succeeded) < asNumber(before.succeeded)) {
    errors.push(invalid('status.succeeded', asNumber(status.succeeded), 'cannot decrease the succeeded counter'));
  }
  if (isSet(status.completionTime) && isSet(before.completionTime) && changed('completionTime')) {
    errors.push(invalid('status.completionTime', status.completionTime, 'field is immutable'));
  }
  const resuming = isConditionTrue(before, 'Suspended') && isConditionFalse(status, 'Suspended');
  if (changed('startTime') && !resuming && isSet(before.startTime) && spec.suspend !== true) {
    const detail = 'field is immutable for unsuspended job once set';
    errors.push(invalid('status.startTime', status.startTime, detail));
  }
  if (isConditionTrue(before, 'SuccessCriteriaMet') && !is('SuccessCriteriaMet')) {
    refuseConditions(errors, 'cannot disable the SuccessCriteriaMet=True condition');
  }
  const wasComplete = isConditionTrue(before, 'Complete') && !isConditionTrue(before, 'SuccessCriteriaMet');
  if (wasComplete && is('SuccessCriteriaMet')) {
    refuseConditions(errors, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
  }
}
