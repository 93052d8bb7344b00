/** Jobs, and the job templates of cron jobs. */
import { invalid, notSupportedInOrder, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { parsedSelector, shownSelector } from '../apps/workload.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkPodTemplateSpec, strictSelectors } from '../core/validation/pod-template.ts';
import type { SelectorRules } from '../core/validation/affinity.ts';
import type { TextMap } from '../core/validation/template-metadata.ts';
import { checkNonNegative, type Errors } from '../validation/checks.ts';
import { checkDomainPrefixedPath } from '../validation/domain-names.ts';
import { checkPodFailurePolicy, checkPodReplacementPolicy, checkSuccessPolicy } from './job-policies.ts';
import { asInternal } from '../validation/internal-value.ts';

const MAX_INDEXED_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** Above so many completions, limits per index must be tighter. */
const MANY_COMPLETIONS = 100_000;
const PARALLELISM_AT_MANY_COMPLETIONS = 10_000;
const FAILED_INDEXES_AT_MANY_COMPLETIONS = 10_000;
const MAX_MANAGED_BY_LENGTH = 63;

const prefixedUidLabel = 'batch.kubernetes.io/controller-uid';
const prefixedNameLabel = 'batch.kubernetes.io/job-name';

export interface JobRules extends SelectorRules {
  /** The template carries the labels with the batch.kubernetes.io prefix: not so in jobs of old. */
  readonly prefixedLabels: boolean;
}

export function validateJob(job: KubeObject): Errors {
  return validateJobUnder(job, { ...strictSelectors, prefixedLabels: true });
}

export function validateJobUnder(job: KubeObject, rules: JobRules): Errors {
  const errors = finalizerErrors(job);
  const spec = asObject(job.spec);
  checkGeneratedSelector(job, spec, rules, errors);
  checkJobSpec(spec, rules, errors);
  const completions = asNumber(spec.completions);
  if (spec.completionMode === 'Indexed' && completions > 0) {
    const name = job.metadata.name ?? '';
    const longest = `${name}-${completions - 1}`;
    if (isDns1123Label(longest).length > 0) {
      errors.push(invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`));
    }
  }
  return errors;
}

/** The server makes the selector and its labels, unless told not to. */
function checkGeneratedSelector(job: KubeObject, spec: JsonObject, rules: JobRules, errors: Errors): void {
  if (spec.manualSelector === true || !isSet(spec.selector)) return;
  const { name = '', uid = '' } = job.metadata;
  if (uid === '') errors.push(required('metadata.uid'));
  const expected: Record<string, string> = { 'controller-uid': uid, 'job-name': name };
  if (rules.prefixedLabels) Object.assign(expected, { [prefixedUidLabel]: uid, [prefixedNameLabel]: name });
  const labels = (asObject(asObject(spec.template).metadata).labels as TextMap) ?? {};
  for (const [label, value] of Object.entries(expected)) checkLabel(labels, label, value, errors);
  const selector = parsedSelector(spec.selector);
  if (selector !== undefined && !selector.matches(expected)) {
    errors.push(invalid('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated'));
  }
}

function checkLabel(labels: Readonly<Record<string, string>>, label: string, value: string, errors: Errors): void {
  const path = `spec.template.metadata.labels[${label}]`;
  if (!Object.hasOwn(labels, label)) errors.push(required(path, `must be '${value}'`));
  else if (labels[label] !== value) errors.push(invalid(path, asInternal('{}s', labels), `must be '${value}'`));
}

export function checkJobSpec(spec: JsonObject, rules: SelectorRules, errors: Errors): void {
  const path = 'spec';
  checkJobSpecParts(spec, rules, path, errors);
  if (isSet(spec.selector)) errors.push(...validateLabelSelector(spec.selector, `${path}.selector`, rules));
  else errors.push(required(`${path}.selector`));
  const selector = parsedSelector(spec.selector);
  const labels = asSent(asObject(asObject(spec.template).metadata), 'labels');
  if (selector !== undefined && !selector.matches((labels as TextMap) ?? {})) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(`${path}.template.metadata.labels`, asInternal('{}s', labels), detail));
  }
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
] as const;

/** All but the selector, which job templates must not have. */
export function checkJobSpecParts(spec: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  for (const count of counts) checkNonNegative(spec[count], `${path}.${count}`, errors);
  checkNonNegative(spec.backoffLimitPerIndex, `${path}.backoffLimitPerIndex`, errors);
  checkNonNegative(spec.maxFailedIndexes, `${path}.maxFailedIndexes`, errors);
  if (isSet(spec.maxFailedIndexes) && !isSet(spec.backoffLimitPerIndex)) {
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (isSet(spec.managedBy)) {
    checkDomainPrefixedPath(asText(spec.managedBy), `${path}.managedBy`, errors);
    if (Buffer.byteLength(asText(spec.managedBy)) > MAX_MANAGED_BY_LENGTH) {
      errors.push(tooLong(`${path}.managedBy`, MAX_MANAGED_BY_LENGTH));
    }
  }
  checkCompletionMode(spec, path, errors);
  if (isSet(spec.podFailurePolicy)) checkPodFailurePolicy(spec, `${path}.podFailurePolicy`, errors);
  if (isSet(spec.successPolicy)) {
    if (spec.completionMode === 'Indexed') checkSuccessPolicy(spec, `${path}.successPolicy`, errors);
    else
      errors.push(
        invalid(
          `${path}.successPolicy`,
          asInternal('batch.SuccessPolicy', spec.successPolicy),
          'requires indexed completion mode',
        ),
      );
  }
  checkPodReplacementPolicy(spec, `${path}.podReplacementPolicy`, errors);
  const template = asObject(spec.template);
  checkPodTemplateSpec(template, rules, `${path}.template`, errors);
  checkRestartPolicy(
    spec,
    asText(asObject(template.spec).restartPolicy),
    `${path}.template.spec.restartPolicy`,
    errors,
  );
}

function checkCompletionMode(spec: JsonObject, path: string, errors: Errors): void {
  const { completionMode: mode, completions, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (isSet(mode) && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupportedInOrder(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'Indexed') {
    if (!isSet(completions)) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
    const limit = `must be less than or equal to ${MAX_INDEXED_PARALLELISM} when completion mode is Indexed`;
    checkAtMost(spec, 'parallelism', MAX_INDEXED_PARALLELISM, limit, path, errors);
    if (isSet(completions) && isSet(maxFailedIndexes) && asNumber(maxFailedIndexes) > asNumber(completions)) {
      const detail = 'must be less than or equal to completions';
      errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, detail));
    }
    const failedLimit = `must be less than or equal to ${MAX_FAILED_INDEXES}`;
    checkAtMost(spec, 'maxFailedIndexes', MAX_FAILED_INDEXES, failedLimit, path, errors);
    if (asNumber(completions) > MANY_COMPLETIONS && isSet(backoffLimitPerIndex))
      checkManyCompletions(spec, path, errors);
  }
  if (!isSet(mode) || mode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (isSet(spec[field])) errors.push(invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
    }
  }
}

function checkManyCompletions(spec: JsonObject, path: string, errors: Errors): void {
  if (!isSet(spec.maxFailedIndexes)) {
    const detail = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(`${path}.maxFailedIndexes`, detail));
  }
  const detail = (limit: number): string =>
    `must be less than or equal to ${limit} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  const parallelism = PARALLELISM_AT_MANY_COMPLETIONS;
  checkAtMost(spec, 'parallelism', parallelism, detail(parallelism), path, errors);
  const failed = FAILED_INDEXES_AT_MANY_COMPLETIONS;
  checkAtMost(spec, 'maxFailedIndexes', failed, detail(failed), path, errors);
}

function checkAtMost(
  spec: JsonObject,
  field: string,
  limit: number,
  detail: string,
  path: string,
  errors: Errors,
): void {
  if (asNumber(spec[field]) > limit) errors.push(invalid(`${path}.${field}`, spec[field], detail));
}

function checkRestartPolicy(spec: JsonObject, restartPolicy: string, path: string, errors: Errors): void {
  if (restartPolicy === 'Always' || restartPolicy === '') {
    errors.push(required(path, 'valid values: "OnFailure", "Never"'));
  } else if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') {
    errors.push(notSupportedInOrder(path, restartPolicy, ['OnFailure', 'Never']));
  } else if (isSet(spec.podFailurePolicy) && restartPolicy !== 'Never') {
    errors.push(invalid(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
