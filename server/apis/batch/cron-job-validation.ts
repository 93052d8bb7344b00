/** Validation of CronJobs. */
import { invalid, invalidTyped, notSupportedInOrder, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { strictSelectors } from '../core/validation/pod-template.ts';
import { checkNonNegative, checkRequiredListed, type Errors } from '../validation/checks.ts';
import { cronScheduleProblem } from './cron-schedule.ts';
import { checkJobSpecParts } from './job-validation.ts';
import { timeZoneProblem } from './time-zone.ts';

/** Jobs made from it add a dash and ten digits to its name, and must stay DNS labels. */
const MAX_NAME_LENGTH = 52;
const concurrencyPolicies = ['Allow', 'Forbid', 'Replace'];

export function validateCronJob(cronJob: KubeObject): Errors {
  const errors = finalizerErrors(cronJob);
  checkSpec(asObject(cronJob.spec), undefined, errors);
  const { name = '' } = cronJob.metadata;
  if (name.length > MAX_NAME_LENGTH) {
    errors.push(invalid('metadata.name', name, `must be no more than ${MAX_NAME_LENGTH} characters`));
  }
  return errors;
}

export function validateCronJobUpdate(cronJob: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(cronJob);
  checkSpec(asObject(cronJob.spec), asObject(old.spec), errors);
  return errors;
}

function checkSpec(spec: JsonObject, before: JsonObject | undefined, errors: Errors): void {
  const schedule = asText(spec.schedule);
  if (schedule === '') errors.push(required('spec.schedule'));
  else checkSchedule(schedule, spec, before, errors);
  checkNonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors);
  if (before === undefined || before.timeZone !== spec.timeZone) checkTimeZone(spec, errors);
  checkRequiredListed(spec.concurrencyPolicy, concurrencyPolicies, 'spec.concurrencyPolicy', errors);
  checkJobTemplate(asObject(spec.jobTemplate), errors);
  checkNonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors);
  checkNonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors);
}

function checkSchedule(schedule: string, spec: JsonObject, before: JsonObject | undefined, errors: Errors): void {
  const path = 'spec.schedule';
  const problem = cronScheduleProblem(schedule);
  if (problem !== undefined) errors.push(invalid(path, schedule, problem));
  if (!schedule.includes('TZ')) return;
  // Older schedules could carry their zone; such a one may keep it.
  const hadZone = asText(before?.schedule).includes('TZ');
  if (!hadZone) {
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  } else if (isSet(spec.timeZone)) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
}

function checkTimeZone(spec: JsonObject, errors: Errors): void {
  if (!isSet(spec.timeZone)) return;
  const path = 'spec.timeZone';
  const zone = asText(spec.timeZone);
  if (zone === '') {
    errors.push(invalidTyped(path, zone, 'timeZone must be nil or non-empty string'));
    return;
  }
  const wellFormed = (part: string): boolean =>
    /^[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}$/.test(part) && part !== '.' && part !== '..';
  if (!zone.split('/').every(wellFormed)) {
    errors.push(invalidTyped(path, zone, `unknown time zone ${zone}`));
    return;
  }
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalidTyped(path, zone, detail));
  }
  const problem = timeZoneProblem(zone);
  if (problem !== undefined) errors.push(invalidTyped(path, zone, problem));
}

function checkJobTemplate(template: JsonObject, errors: Errors): void {
  const path = 'spec.jobTemplate.spec';
  const spec = asObject(template.spec);
  checkJobSpecParts(spec, strictSelectors, path, errors);
  if (isSet(spec.selector)) {
    errors.push(invalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector === true) {
    errors.push(notSupportedInOrder(`${path}.manualSelector`, true, ['nil', 'false']));
  }
}
