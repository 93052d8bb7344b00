/** ReplicationControllers and PodTemplates. */
import { forbidden, invalid, notSupported, required } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTextEntries, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import { checkNonNegative, type Errors } from '../../validation/checks.ts';
import { asInternal } from '../../validation/internal-value.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkPodTemplateSpec, strictSelectors } from './pod-template.ts';

export function validateReplicationController(controller: KubeObject): Errors {
  const errors = finalizerErrors(controller);
  const spec = asObject(controller.spec);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  const selector = asTextEntries(spec.selector);
  if (selector.length === 0) errors.push(required('spec.selector'));
  if (isSet(spec.replicas)) checkNonNegative(spec.replicas, 'spec.replicas', errors);
  else errors.push(required('spec.replicas'));
  if (isSet(spec.template)) checkTemplate(asObject(spec.template), selector, errors);
  else errors.push(required('spec.template'));
  return errors;
}

function checkTemplate(template: JsonObject, selector: ReturnType<typeof asTextEntries>, errors: Errors): void {
  const path = 'spec.template';
  const labels = asObject(asObject(template.metadata).labels);
  if (!selector.every(([key, value]) => labels[key] === value)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(
      invalid(`${path}.metadata.labels`, asInternal('{}s', asSent(asObject(template.metadata), 'labels')), detail),
    );
  }
  checkPodTemplateSpec(template, strictSelectors, path, errors);
  const { restartPolicy, activeDeadlineSeconds } = asObject(template.spec);
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${path}.spec.restartPolicy`, asText(restartPolicy), ['Always']));
  }
  if (isSet(activeDeadlineSeconds)) {
    const detail = 'activeDeadlineSeconds in ReplicationController is not Supported';
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, detail));
  }
}

const counts = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
] as const;

export function validateReplicationControllerStatusUpdate(controller: KubeObject): Errors {
  const errors = finalizerErrors(controller);
  const status = asObject(controller.status);
  for (const field of counts) checkNonNegative(status[field], `status.${field}`, errors);
  const { replicas = 0, readyReplicas = 0 } = status;
  for (const field of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    if (Number(status[field] ?? 0) <= Number(replicas)) continue;
    errors.push(invalid(`status.${field}`, status[field] ?? 0, 'cannot be greater than status.replicas'));
  }
  if (Number(status.availableReplicas ?? 0) > Number(readyReplicas)) {
    errors.push(
      invalid('status.availableReplicas', status.availableReplicas ?? 0, 'cannot be greater than readyReplicas'),
    );
  }
  return errors;
}

export function validatePodTemplate(template: KubeObject): Errors {
  const errors = finalizerErrors(template);
  checkPodTemplateSpec(asObject(template.template), strictSelectors, 'template', errors);
  return errors;
}
