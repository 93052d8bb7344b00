/** What may change in a job: parallelism, and while it is suspended where and with what resources its pods run. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkImmutable, type Errors } from '../validation/checks.ts';
import { isConditionTrue } from './job-conditions.ts';
import { checkJobSpec, type JobRules, validateJobUnder } from './job-validation.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

/** With their types, as messages print them. */
const laterImmutable: readonly (readonly [field: string, type: string])[] = [
  ['completionMode', '*s'],
  ['podFailurePolicy', '*batch.PodFailurePolicy'],
  ['backoffLimitPerIndex', '*n'],
  ['managedBy', '*s'],
  ['successPolicy', '*batch.SuccessPolicy'],
];

export function validateJobUpdate(job: KubeObject, old: KubeObject): Errors {
  const spec = asObject(job.spec);
  const before = asObject(old.spec);
  const rules = rulesFor(before);
  const errors = validateJobUnder(job, rules);
  // Upstream validates the spec a second time here, and says everything twice.
  errors.push(...validateObjectMetaUpdate(job.metadata, old.metadata, { path: 'metadata' }), ...finalizerErrors(job));
  checkJobSpec(spec, rules, errors);
  checkCompletionsChange(spec, before, errors);
  checkImmutable(spec.selector, before.selector, 'spec.selector', errors);
  checkTemplateChange(asObject(spec.template), old, errors);
  for (const [field, type] of laterImmutable) {
    checkImmutableTyped(type, spec[field], before[field], `spec.${field}`, errors);
  }
  return errors;
}

/** What an old job already had is not held against it. */
function rulesFor(before: JsonObject): JobRules {
  const labels = asObject(asObject(asObject(before.template).metadata).labels);
  return {
    allowInvalidValues: validateLabelSelector(before.selector, '').length > 0,
    prefixedLabels:
      Object.hasOwn(labels, 'batch.kubernetes.io/job-name') &&
      Object.hasOwn(labels, 'batch.kubernetes.io/controller-uid'),
  };
}

/** Indexed jobs are elastic: both counts move together. */
function checkCompletionsChange(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const path = 'spec.completions';
  if (spec.completionMode !== 'Indexed') checkImmutable(spec.completions, before.completions, path, errors);
  else if (
    isSet(spec.completions) &&
    spec.completions !== before.completions &&
    spec.completions !== spec.parallelism
  ) {
    errors.push(invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism'));
  }
}

function checkTemplateChange(template: JsonObject, old: KubeObject, errors: Errors): void {
  const before = asObject(asObject(old.spec).template);
  const allowed = isTemplateOpen(old) ? withSchedulingOf(template, before) : before;
  if (!isTemplateOpen(old)) {
    checkImmutableTyped('core.PodTemplateSpec', template, allowed, 'spec.template', errors);
    return;
  }
  const podSpec = asObject(template.spec);
  const permitted = withResourcesOf(podSpec, asObject(allowed.spec));
  checkImmutableTyped('core.PodSpec', podSpec, permitted, 'spec.template.spec', errors);
}

/** Suspended, with no pod of it left. */
function isTemplateOpen(old: KubeObject): boolean {
  const status = asObject(old.status);
  return (
    asObject(old.spec).suspend === true &&
    (!isSet(status.startTime) || isConditionTrue(status, 'Suspended')) &&
    asNumber(status.active) === 0
  );
}

/** The old template with the scheduling directives of the new one. */
function withSchedulingOf(template: JsonObject, old: JsonObject): JsonObject {
  const spec = asObject(template.spec);
  const metadata = asObject(template.metadata);
  const merged: JsonObject = { ...asObject(old.spec) };
  for (const field of ['nodeSelector', 'tolerations', 'schedulingGates']) take(merged, spec, field);
  const affinity: JsonObject = { ...asObject(merged.affinity) };
  take(affinity, asObject(spec.affinity), 'nodeAffinity');
  if (!isSet(spec.affinity) && semanticallyEqual(affinity, {})) delete merged.affinity;
  else merged.affinity = affinity;
  const mergedMetadata: JsonObject = { ...asObject(old.metadata) };
  for (const field of ['annotations', 'labels']) take(mergedMetadata, metadata, field);
  return { ...old, metadata: mergedMetadata, spec: merged };
}

function withResourcesOf(spec: JsonObject, old: JsonObject): JsonObject {
  const merged: JsonObject = { ...old };
  for (const list of ['containers', 'initContainers']) {
    const containers = asObjects(spec[list]);
    const olds = asObjects(old[list]);
    if (containers.length !== olds.length || olds.length === 0) continue;
    merged[list] = olds.map((container, index) => {
      const changed = containers[index] ?? {};
      if (changed.name !== container.name) return container;
      const copy: JsonObject = { ...container };
      take(copy, changed, 'resources');
      return copy;
    });
  }
  return merged;
}

function take(target: JsonObject, source: JsonObject, field: string): void {
  const value = source[field];
  if (value === undefined) delete target[field];
  else target[field] = value;
}
