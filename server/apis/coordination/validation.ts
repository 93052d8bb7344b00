/** Leases and LeaseCandidates. */
import { forbidden, invalid, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { isQualifiedName } from '../../apimachinery/validation/labels.ts';
import { checkComplaints, checkImmutable, checkNonNegative, checkRequired, type Errors } from '../validation/checks.ts';

const strategies = ['OldestEmulationVersion'] as const;
const semver = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

export function validateLease(lease: KubeObject): Errors {
  const errors: Errors = [];
  const spec = asObject(lease.spec);
  if (isSet(spec.leaseDurationSeconds) && asNumber(spec.leaseDurationSeconds) <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
  }
  checkNonNegative(spec.leaseTransitions, 'spec.leaseTransitions', errors);
  if (isSet(spec.strategy)) checkStrategy(asText(spec.strategy), errors);
  if (asText(spec.preferredHolder) !== '' && asText(spec.strategy) === '') {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

function checkStrategy(strategy: string, errors: Errors): void {
  // Upstream appends the field's name once more.
  const path = 'spec.strategy.strategy';
  if (strategy.includes('/')) checkComplaints(strategy, isQualifiedName(strategy), path, errors);
  else if (!strategies.some((known) => known === strategy)) errors.push(notSupported(path, strategy, strategies));
}

export function validateLeaseCandidate(candidate: KubeObject): Errors {
  const errors: Errors = [];
  const spec = asObject(candidate.spec);
  const emulation = asText(spec.emulationVersion);
  const binary = asText(spec.binaryVersion);
  checkRequired(spec.leaseName, 'spec.leaseName', errors);
  const notSemver = 'must be a valid semantic version';
  if (emulation !== '' && !semver.test(emulation)) errors.push(invalid('spec.emulationVersion', emulation, notSemver));
  if (binary === '') errors.push(required('spec.binaryVersion'));
  else if (!semver.test(binary)) errors.push(invalid('spec.binaryVersion', binary, notSemver));
  if (binary !== '' && emulation !== '' && isBefore(binary, emulation)) {
    const detail = 'must be greater than or equal to `emulationVersion`';
    errors.push(invalid('spec.binaryVersion', binary, detail));
  }
  const strategy = asText(spec.strategy);
  if (strategy === '') errors.push(required('spec.strategy'));
  else {
    if (strategy === 'OldestEmulationVersion' && (emulation === '' || !semver.test(emulation))) {
      const detail = "must be specified when `strategy` is 'OldestEmulationVersion'";
      errors.push(required('spec.emulationVersion', detail));
    }
    checkStrategy(strategy, errors);
  }
  return errors;
}

export function validateLeaseCandidateUpdate(candidate: KubeObject, old: KubeObject): Errors {
  const errors = validateLeaseCandidate(candidate);
  checkImmutable(asObject(candidate.spec).leaseName, asObject(old.spec).leaseName, 'spec.leaseName', errors);
  return errors;
}

/** Numbers only; what is not a version counts as 0.0.0. */
function isBefore(a: string, b: string): boolean {
  const parts = (text: string): number[] =>
    (semver.test(text) ? (text.split(/[-+]/)[0] ?? '') : '0.0.0').split('.').map(Number);
  const [left, right] = [parts(a), parts(b)];
  const index = left.findIndex((part, at) => part !== right[at]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}
