/** Validation of Nodes and their status. */
import { duplicate, forbidden, internalError, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { DNS1123_SUBDOMAIN_MAX_LENGTH } from '../../../apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '../../../apimachinery/validation/object-meta.ts';
import { checkEach, checkPositive, type Errors } from '../../validation/checks.ts';
import { checkLegacyCidr, parseCidr } from '../../validation/ip.ts';
import { quantityEntries } from '../../validation/quantities.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkResourceQuantity } from './resource-requirements.ts';
import { checkTaints } from './tolerations.ts';

const taintsAnnotation = 'scheduler.alpha.kubernetes.io/taints';
const featureName = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;

export function validateNode(node: KubeObject): Errors {
  const errors = finalizerErrors(node);
  const spec = asObject(node.spec);
  const status = asObject(node.status);
  checkAnnotations(node, errors);
  // Upstream reports taints and swap under metadata.
  checkTaints(spec.taints, 'metadata.taints', errors);
  checkAmounts(status, errors);
  const { capacity } = asObject(asObject(status.nodeInfo).swap);
  if (isSet(capacity)) checkPositive(capacity, 'metadata.nodeSwapStatus.capacity', errors);
  checkFeatures(status, errors);
  const cidrs = asTexts(spec.podCIDRs);
  cidrs.forEach((cidr, index) => checkLegacyCidr(cidr, `spec.podCIDRs[${index}]`, errors));
  const bad = cidrs.findIndex((cidr) => parseCidr(cidr) === undefined);
  if (cidrs.length > 1 && bad >= 0) {
    const problem = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`;
    errors.push(
      internalError('spec.podCIDRs', `invalid PodCIDRs. failed to check with dual stack with error:${problem}`),
    );
  }
  if (cidrs.length > 1 && (bad >= 0 || !isDualStack(cidrs) || cidrs.length > 2)) {
    errors.push(invalid('spec.podCIDRs', [...cidrs], 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

/** Of /status too. */
export function validateNodeChanges(node: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(node);
  checkNodeChanges(node, old, errors);
  return errors;
}

export function validateNodeUpdate(node: KubeObject, old: KubeObject): Errors {
  const errors = validateNode(node);
  errors.push(...validateObjectMetaUpdate(node.metadata, old.metadata, { path: 'metadata' }), ...finalizerErrors(node));
  checkNodeChanges(node, old, errors);
  return errors;
}

function checkNodeChanges(node: KubeObject, old: KubeObject, errors: Errors): void {
  const spec = asObject(node.spec);
  const before = asObject(old.spec);
  const status = asObject(node.status);
  checkAnnotations(node, errors);
  checkAmounts(status, errors);
  checkFeatures(status, errors);
  const addresses = new Set<string>();
  checkEach(status.addresses, 'status.addresses', ({ type, address }, path) => {
    const key = `${asText(type)}/${asText(address)}`;
    if (addresses.has(key)) errors.push(duplicate(path, { Type: asText(type), Address: asText(address) }));
    addresses.add(key);
  });
  checkCidrsKept(asTexts(spec.podCIDRs), asTexts(before.podCIDRs), errors);
  if (asText(before.providerID) !== '' && before.providerID !== spec.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden('spec.providerID', detail));
  }
  checkTaints(spec.taints, 'metadata.taints', errors);
  if (asText(spec.externalID) !== asText(before.externalID)) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
}

function checkCidrsKept(cidrs: readonly string[], old: readonly string[], errors: Errors): void {
  if (old.length === 0) return;
  const detail = 'node updates may not change podCIDR except from "" to valid';
  const changed = old.length === cidrs.length ? old.filter((cidr, index) => cidr !== cidrs[index]) : [''];
  for (const _cidr of changed) errors.push(forbidden('spec.podCIDRs', detail));
}

function checkAnnotations(node: KubeObject, errors: Errors): void {
  const path = 'metadata.annotations';
  const text = node.metadata.annotations?.[taintsAnnotation] ?? '';
  if (text === '') return;
  try {
    checkTaints(JSON.parse(text) as JsonValue, `${path}.${taintsAnnotation}`, errors);
  } catch (error) {
    errors.push(invalid(path, taintsAnnotation, error instanceof Error ? error.message : ''));
  }
}

function checkAmounts(status: JsonObject, errors: Errors): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, quantity] of quantityEntries(status[list])) {
      checkResourceQuantity(name, quantity, `status.${list}.${name}`, errors);
    }
  }
}

function checkFeatures(status: JsonObject, errors: Errors): void {
  const features = asTexts(status.declaredFeatures);
  features.forEach((feature, index) => {
    const path = `status.declaredFeatures[${index}]`;
    if (feature.length > DNS1123_SUBDOMAIN_MAX_LENGTH) {
      const limit = `must be no more than ${DNS1123_SUBDOMAIN_MAX_LENGTH} characters`;
      errors.push(invalid(path, feature, `invalid feature name "${feature}": ${limit}`));
    } else if (!featureName.test(feature)) {
      const form =
        "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
      errors.push(invalid(path, feature, `invalid feature name "${feature}": ${form}`));
    }
    const next = features[index + 1];
    if (next === undefined) return;
    const nextPath = `status.declaredFeatures[${index + 1}]`;
    if (next === feature) errors.push(duplicate(nextPath, next));
    else if (feature > next) errors.push(invalid(nextPath, next, 'list must be sorted alphabetically'));
  });
}

function isDualStack(cidrs: readonly string[]): boolean {
  const isV6 = (cidr: string): boolean => parseCidr(cidr)?.address.isV4 === false;
  return cidrs.some(isV6) && !cidrs.every(isV6);
}
