/** Deployments, ReplicaSets, DaemonSets and ControllerRevisions; stateful sets have a file of their own. */
import { forbidden, invalid, notSupportedInOrder, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { FIELD_IMMUTABLE_MESSAGE } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkPodTemplateSpec, strictSelectors } from '../core/validation/pod-template.ts';
import { checkImmutable, checkNonNegative, type Errors } from '../validation/checks.ts';
import { checkAtMostAll, checkIntOrPercent, intOrPercentAmount } from './int-or-percent.ts';
import {
  checkAlwaysRestarts,
  checkCollisionCount,
  checkCounts,
  checkPartsOfReplicas,
  checkReplicaTemplate,
  checkRequiredSelector,
  checkTemplateLabels,
  hasNoTerms,
  parsedSelector,
} from './workload.ts';
import { asInternal } from '../validation/internal-value.ts';

const words = { emptySelectorOf: 'deployment', invalidSelector: 'invalid label selector' };

export function validateDeployment(deployment: KubeObject): Errors {
  const errors = finalizerErrors(deployment);
  checkDeploymentSpec(asObject(deployment.spec), errors);
  return errors;
}

export function validateDeploymentUpdate(deployment: KubeObject, old: KubeObject): Errors {
  const errors = validateDeployment(deployment);
  checkImmutable(asObject(deployment.spec).selector, asObject(old.spec).selector, 'spec.selector', errors);
  return errors;
}

function checkDeploymentSpec(spec: JsonObject, errors: Errors): void {
  checkNonNegative(spec.replicas, 'spec.replicas', errors);
  const selector = checkRequiredSelector(spec, words, 'spec.selector', errors);
  checkReplicaTemplate(spec, selector, strictSelectors, errors);
  checkDeploymentStrategy(spec, errors);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  const { progressDeadlineSeconds: deadline } = spec;
  if (!isSet(deadline)) return;
  checkNonNegative(deadline, 'spec.progressDeadlineSeconds', errors);
  if (asNumber(deadline) <= asNumber(spec.minReadySeconds)) {
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
}

function checkDeploymentStrategy(spec: JsonObject, errors: Errors): void {
  const path = 'spec.strategy';
  const strategy = asObject(spec.strategy);
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (isSet(rollingUpdate)) {
      errors.push(forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"));
    }
  } else if (type !== 'RollingUpdate') {
    const shown = { Type: asText(type), RollingUpdate: asInternal('*apps.RollingUpdateDeployment', rollingUpdate) };
    errors.push(notSupportedInOrder(path, shown, ['Recreate', 'RollingUpdate']));
  } else if (!isSet(rollingUpdate)) {
    errors.push(required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil'));
  } else {
    const { maxUnavailable = 0, maxSurge = 0 } = asObject(rollingUpdate);
    const unavailablePath = `${path}.rollingUpdate.maxUnavailable`;
    checkIntOrPercent(maxUnavailable, unavailablePath, errors);
    checkIntOrPercent(maxSurge, `${path}.rollingUpdate.maxSurge`, errors);
    if (intOrPercentAmount(maxUnavailable) === 0 && intOrPercentAmount(maxSurge) === 0) {
      errors.push(invalid(unavailablePath, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
    }
    checkAtMostAll(maxUnavailable, unavailablePath, errors);
  }
}

const deploymentCounts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const;

export function validateDeploymentStatusUpdate(deployment: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(deployment);
  const status = asObject(deployment.status);
  checkCounts(status, deploymentCounts, errors);
  checkPartsOfReplicas(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas', errors);
  checkCollisionCount(status, asObject(old.status), errors);
  return errors;
}

export function validateReplicaSet(set: KubeObject): Errors {
  const errors = finalizerErrors(set);
  const spec = asObject(set.spec);
  checkNonNegative(spec.replicas, 'spec.replicas', errors);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  const selector = checkRequiredSelector(spec, words, 'spec.selector', errors);
  checkReplicaTemplate(spec, selector, strictSelectors, errors);
  return errors;
}

export function validateReplicaSetUpdate(set: KubeObject, old: KubeObject): Errors {
  const errors = validateReplicaSet(set);
  checkImmutable(asObject(set.spec).selector, asObject(old.spec).selector, 'spec.selector', errors);
  return errors;
}

const replicaSetCounts = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const;

export function validateReplicaSetStatusUpdate(set: KubeObject): Errors {
  const errors = finalizerErrors(set);
  const status = asObject(set.status);
  checkCounts(status, replicaSetCounts, errors);
  checkPartsOfReplicas(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas', errors);
  return errors;
}

export function validateDaemonSet(set: KubeObject): Errors {
  const errors = finalizerErrors(set);
  const spec = asObject(set.spec);
  const template = asObject(spec.template);
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const selector = parsedSelector(spec.selector);
  if (selector !== undefined) checkTemplateLabels(template, selector, 'spec.template', errors);
  if (isSet(spec.selector) && hasNoTerms(asObject(spec.selector))) {
    errors.push(invalid('spec.selector', spec.selector, 'empty selector is invalid for daemonset'));
  }
  checkPodTemplateSpec(template, strictSelectors, 'spec.template', errors);
  checkAlwaysRestarts(template, 'DaemonSet', 'spec.template', errors);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  checkDaemonSetStrategy(asObject(spec.updateStrategy), errors);
  checkNonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  return errors;
}

export function validateDaemonSetUpdate(set: KubeObject, old: KubeObject): Errors {
  const errors: Errors = [];
  checkImmutable(asObject(set.spec).selector, asObject(old.spec).selector, 'spec.selector', errors);
  return [...errors, ...validateDaemonSet(set)];
}

function checkDaemonSetStrategy({ type, rollingUpdate }: JsonObject, errors: Errors): void {
  const path = 'spec.updateStrategy';
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const shown = { Type: asText(type), RollingUpdate: asInternal('*apps.RollingUpdateDaemonSet', rollingUpdate) };
    errors.push(notSupportedInOrder(path, shown, ['RollingUpdate', 'OnDelete']));
    return;
  }
  const updatePath = `${path}.rollingUpdate`;
  if (!isSet(rollingUpdate)) {
    errors.push(required(updatePath));
    return;
  }
  const { maxUnavailable = 0, maxSurge = 0 } = asObject(rollingUpdate);
  checkIntOrPercent(maxUnavailable, `${updatePath}.maxUnavailable`, errors);
  checkIntOrPercent(maxSurge, `${updatePath}.maxSurge`, errors);
  checkAtMostAll(maxUnavailable, `${updatePath}.maxUnavailable`, errors);
  checkAtMostAll(maxSurge, `${updatePath}.maxSurge`, errors);
  const hasUnavailable = intOrPercentAmount(maxUnavailable) !== 0;
  const hasSurge = intOrPercentAmount(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(`${updatePath}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(`${updatePath}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}

const daemonSetCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

export function validateDaemonSetStatusUpdate(set: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(set);
  const status = asObject(set.status);
  checkCounts(status, daemonSetCounts, errors);
  checkCollisionCount(status, asObject(old.status), errors);
  return errors;
}

export function validateControllerRevision(revision: KubeObject): Errors {
  const errors = finalizerErrors(revision);
  checkNonNegative(revision.revision, 'revision', errors);
  if (!isSet(revision.data)) errors.push(required('data', 'data is mandatory'));
  else if (!isJsonObject(revision.data)) errors.push(required('data', 'data must be a valid JSON object'));
  return errors;
}

export function validateControllerRevisionUpdate(revision: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(revision);
  checkNonNegative(revision.revision, 'revision', errors);
  // Upstream compares the bytes: other than anywhere else, the order of keys counts.
  if (JSON.stringify(revision.data) !== JSON.stringify(old.data)) {
    errors.push(invalid('data', revision.data, FIELD_IMMUTABLE_MESSAGE));
  }
  return errors;
}
