/** Pods: creation, and the few changes that an update may make. */
import { forbidden, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { inclusiveRangeMessage } from '../../../apimachinery/validation/message.ts';
import { checkEach, type Errors, MAX_INT32 } from '../../validation/checks.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { checkImageHasNoPadding } from './containers.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkGatedPodChanges } from './gated-pod.ts';
import {
  checkPodAnnotations,
  checkPodAnnotationUpdates,
  checkProfilesAgree,
  mirrorPodAnnotation,
} from './pod-annotations.ts';
import { checkPodSpec } from './pod-spec.ts';
import { checkTolerations } from './tolerations.ts';

const updatableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePod(pod: KubeObject): Errors {
  const errors = validateMetadataAndSpec(pod);
  const spec = asObject(pod.spec);
  if (asList(spec.ephemeralContainers).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (asText(spec.nodeName) !== '' && asList(spec.schedulingGates).length > 0) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  checkProfilesAgree(pod.metadata.annotations ?? {}, spec, 'spec', errors);
  return errors;
}

export function validateMetadataAndSpec(pod: KubeObject): Errors {
  const errors = finalizerErrors(pod);
  const spec = asObject(pod.spec);
  const { name = '', annotations = {} } = pod.metadata;
  checkPodAnnotations(annotations, spec, 'metadata.annotations', errors);
  const isMirrorPod = Object.hasOwn(annotations, mirrorPodAnnotation);
  const rules = { allowInvalidValues: false, podName: name, isPod: true, isMirrorPod };
  checkPodSpec(spec, rules, 'spec', errors);
  if (asText(spec.serviceAccountName) === '') checkNoTokens(spec, errors);
  for (const list of ['containers', 'initContainers'] as const) {
    checkEach(spec[list], `spec.${list}`, (container, path) => checkImageHasNoPadding(container, path, errors));
  }
  return errors;
}

function checkNoTokens(spec: JsonObject, errors: Errors): void {
  checkEach(spec.volumes, 'spec.volumes', (volume, volumePath) => {
    checkEach(asObject(volume.projected).sources, `${volumePath}.projected.sources`, (source, path) => {
      if (!isSet(source.serviceAccountToken)) return;
      const detail = 'must not be specified when serviceAccountName is not set';
      errors.push(forbidden(`${path}.serviceAccountToken`, detail));
    });
  });
}

export function validatePodUpdate(pod: KubeObject, old: KubeObject): Errors {
  const errors = validateMetadataAndSpec(pod);
  const { annotations = {} } = pod.metadata;
  checkPodAnnotationUpdates(annotations, old.metadata.annotations ?? {}, 'metadata.annotations', errors);
  const spec = asObject(pod.spec);
  const before = asObject(old.spec);
  // Later checks compare container by container: they need the same number of them.
  for (const list of ['containers', 'initContainers'] as const) {
    if (!checkContainerUpdates(spec, before, list, errors)) return errors;
  }
  if (!checkActiveDeadline(spec, before, errors)) return errors;
  checkOnlyAddedTolerations(spec, before, errors);
  checkOnlyRemovedGates(spec, before, errors);
  if (semanticallyEqual(spec, before)) return errors;
  const munged = withAllowedChangesUndone(spec, before, errors);
  if (!semanticallyEqual(munged, before)) {
    const detail = `pod updates may not change fields other than ${updatableFields}\n${specDiff('core.PodSpec', before, munged)}`;
    errors.push(forbidden('spec', detail));
  }
  return errors;
}

function checkContainerUpdates(
  spec: JsonObject,
  before: JsonObject,
  list: 'containers' | 'initContainers',
  errors: Errors,
): boolean {
  if (asList(spec[list]).length !== asList(before[list]).length) {
    errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
    return false;
  }
  checkEach(spec[list], `spec.${list}`, (container, path) => {
    if (asText(container.image) === '') errors.push(required(`${path}.image`));
    checkImageHasNoPadding(container, path, errors);
  });
  return true;
}

/** It may be set and shortened. */
function checkActiveDeadline(spec: JsonObject, before: JsonObject, errors: Errors): boolean {
  const path = 'spec.activeDeadlineSeconds';
  const seconds = spec.activeDeadlineSeconds;
  const old = before.activeDeadlineSeconds;
  if (!isSet(seconds)) {
    if (isSet(old)) errors.push(invalid(path, null, 'must not update from a positive integer to nil value'));
    return true;
  }
  if (asNumber(seconds) < 0 || asNumber(seconds) > MAX_INT32) {
    errors.push(invalid(path, seconds, inclusiveRangeMessage(0, MAX_INT32)));
    return false;
  }
  if (isSet(old) && asNumber(old) < asNumber(seconds)) {
    errors.push(invalid(path, seconds, 'must be less than or equal to previous value'));
    return false;
  }
  return true;
}

function checkOnlyAddedTolerations(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const path = 'spec.tolerations';
  const withoutSeconds = ({ tolerationSeconds: _seconds, ...rest }: JsonObject): JsonObject => rest;
  const present = asObjects(spec.tolerations).map(withoutSeconds);
  for (const old of asObjects(before.tolerations).map(withoutSeconds)) {
    if (present.some((toleration) => semanticallyEqual(toleration, old))) continue;
    errors.push(forbidden(path, 'existing toleration can not be modified except its tolerationSeconds'));
    return;
  }
  checkTolerations(spec.tolerations, path, errors);
}

function checkOnlyRemovedGates(spec: JsonObject, before: JsonObject, errors: Errors): void {
  const known = new Set(asObjects(before.schedulingGates).map(({ name }) => asText(name)));
  checkEach(spec.schedulingGates, 'spec.schedulingGates', ({ name }, path) => {
    if (known.has(asText(name))) return;
    const detail = `only deletion is allowed, but found new scheduling gate '${asText(name)}'`;
    errors.push(forbidden(`${path}.name`, detail));
  });
}

/** The new spec with everything put back that an update may change: what still differs is refused. */
function withAllowedChangesUndone(spec: JsonObject, before: JsonObject, errors: Errors): JsonObject {
  const munged: JsonObject = { ...spec };
  for (const list of ['containers', 'initContainers'] as const) {
    if (!isSet(spec[list])) continue;
    const old = asObjects(before[list]);
    munged[list] = asObjects(spec[list]).map((container, index) => ({ ...container, image: old[index]?.image ?? '' }));
  }
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) {
    munged[field] = before[field];
  }
  if (asNumber(before.terminationGracePeriodSeconds) < 0 && munged.terminationGracePeriodSeconds === 1) {
    munged.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds;
  }
  // A pod that waits for its gates may still be narrowed to fewer nodes.
  if (asList(before.schedulingGates).length > 0) checkGatedPodChanges(munged, before, errors);
  return munged;
}
