/** Annotations of pods that have a meaning of their own, mostly older forms of fields. */
import { forbidden, goQuote, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { Errors } from '../../validation/checks.ts';
import { checkLocalDescendingPath } from './paths.ts';
import { allContainers } from './security-context.ts';
import { checkTolerations } from './tolerations.ts';

type Annotations = Readonly<Record<string, string>>;

export const mirrorPodAnnotation = 'kubernetes.io/config.mirror';
const tolerationsAnnotation = 'scheduler.alpha.kubernetes.io/tolerations';
const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const seccompPodAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

export function checkPodAnnotations(annotations: Annotations, spec: JsonObject, path: string, errors: Errors): void {
  const mirror = annotations[mirrorPodAnnotation];
  if (mirror !== undefined && asText(spec.nodeName) === '') {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${path}[${mirrorPodAnnotation}]`, mirror, detail));
  }
  const tolerations = annotations[tolerationsAnnotation] ?? '';
  if (tolerations !== '') checkTolerationsText(tolerations, path, errors);
  const cost = annotations[deletionCostAnnotation];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(`${path}[${deletionCostAnnotation}]`, cost, 'must be a 32bit integer'));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key === seccompPodAnnotation || key.startsWith(seccompContainerPrefix)) {
      checkSeccompText(value, `${path}.${key}`, errors);
    }
  }
  const names = new Set(allContainers(spec, '').map(([container]) => asText(container.name)));
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(appArmorPrefix)) continue;
    const name = key.slice(appArmorPrefix.length);
    if (!names.has(name)) errors.push(invalid(`${path}[${key}]`, name, 'container not found'));
    if (!['', 'runtime/default', 'unconfined'].includes(value) && !value.startsWith('localhost/')) {
      errors.push(invalid(`${path}[${key}]`, value, `invalid AppArmor profile name: ${goQuote(value)}`));
    }
  }
}

function checkTolerationsText(text: string, path: string, errors: Errors): void {
  try {
    checkTolerations(JSON.parse(text) as JsonValue, `${path}.${tolerationsAnnotation}`, errors);
  } catch (error) {
    errors.push(invalid(path, tolerationsAnnotation, error instanceof Error ? error.message : ''));
  }
}

/** No plus sign and no leading zeros. */
function isDeletionCost(text: string): boolean {
  const cost = Number(text);
  return /^(0|-?[1-9][0-9]*)$/.test(text) && cost >= -(2 ** 31) && cost < 2 ** 31;
}

function checkSeccompText(value: string, path: string, errors: Errors): void {
  if (value === 'runtime/default' || value === 'docker/default' || value === 'unconfined') return;
  if (value.startsWith('localhost/')) checkLocalDescendingPath(value.slice('localhost/'.length), path, errors);
  else errors.push(invalid(path, value, 'must be a valid seccomp profile'));
}

/** Annotations that stand for a field must agree with it. */
export function checkProfilesAgree(annotations: Annotations, spec: JsonObject, path: string, errors: Errors): void {
  const podSeccomp = asObject(asObject(spec.securityContext).seccompProfile);
  const podPath = `${path}.securityContext.seccompProfile`;
  checkAgreement('seccomp', annotations[seccompPodAnnotation], podSeccomp, podPath, errors);
  const containers = allContainers(spec, path);
  for (const [container, containerPath] of containers) {
    const profile = asObject(asObject(container.securityContext).seccompProfile);
    const annotation = annotations[seccompContainerPrefix + asText(container.name)];
    checkAgreement('seccomp', annotation, profile, `${containerPath}.securityContext.seccompProfile`, errors);
  }
  if (asObject(spec.os).name === 'windows') return;
  for (const [container, containerPath] of containers) {
    const own = asObject(container.securityContext).appArmorProfile;
    const profile = asObject(own ?? asObject(spec.securityContext).appArmorProfile);
    const annotation = annotations[appArmorPrefix + asText(container.name)];
    checkAgreement('apparmor', annotation, profile, `${containerPath}.securityContext.appArmorProfile`, errors);
  }
}

function checkAgreement(
  what: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  profile: JsonObject,
  path: string,
  errors: Errors,
): void {
  if (annotation === undefined) return;
  const type = asText(profile.type);
  const isDefault = annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default');
  const sameType =
    (type === 'Unconfined' && annotation === 'unconfined') ||
    (type === 'RuntimeDefault' && isDefault) ||
    (type === 'Localhost' && annotation.startsWith('localhost/'));
  if (!['Unconfined', 'RuntimeDefault', 'Localhost'].includes(type)) return;
  if (!sameType) errors.push(forbidden(`${path}.type`, `${what} type in annotation and field must match`));
  else if (type === 'Localhost' && annotation.slice('localhost/'.length) !== profile.localhostProfile) {
    errors.push(forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`));
  }
}

export function checkPodAnnotationUpdates(
  annotations: Annotations,
  old: Annotations,
  path: string,
  errors: Errors,
): void {
  const isFixed = (key: string): string | undefined =>
    key.startsWith(appArmorPrefix)
      ? 'AppArmor annotations'
      : key === mirrorPodAnnotation
        ? 'mirror pod annotation'
        : undefined;
  for (const [key, value] of Object.entries(old)) {
    const what = isFixed(key);
    if (what === undefined || (Object.hasOwn(annotations, key) && annotations[key] === value)) continue;
    errors.push(forbidden(`${path}[${key}]`, `may not remove or update ${what}`));
  }
  for (const key of Object.keys(annotations)) {
    const what = isFixed(key);
    if (what === undefined || Object.hasOwn(old, key)) continue;
    errors.push(forbidden(`${path}[${key}]`, `may not add ${what}`));
  }
}
