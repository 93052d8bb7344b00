/** IPAddresses and ServiceCIDRs. */
import { goQuote, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { FIELD_IMMUTABLE_MESSAGE } from '../../apimachinery/validation/immutable-field.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkComplaints, checkDnsSubdomain, checkRequiredFormat, type Errors } from '../validation/checks.ts';
import { checkCidr, checkIp, parseCidr } from '../validation/ip.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const cidrsPath = 'spec.cidrs';

/** The name is the address, in canonical form. */
export function validateIpAddressName(name: string): string[] {
  const errors: Errors = [];
  checkIp(name, '', errors);
  const prefix = 'Invalid value: ';
  // Only the detail is a complaint: the value is quoted before it.
  return errors.map(({ message }) => message.slice(prefix.length + goQuote(name).length + 2));
}

export function validateIpAddress(address: KubeObject): Errors {
  const errors = finalizerErrors(address);
  const { parentRef } = asObject(address.spec);
  const path = 'spec.parentRef';
  if (!isSet(parentRef)) {
    errors.push(required(path));
    return errors;
  }
  const { group, resource, name, namespace } = asObject(parentRef);
  if (asText(group) !== '') checkDnsSubdomain(group, `${path}.group`, errors);
  checkRequiredFormat(resource, isPathSegmentName, `${path}.resource`, errors);
  checkRequiredFormat(name, isPathSegmentName, `${path}.name`, errors);
  checkComplaints(asText(namespace), isPathSegmentName(asText(namespace)), `${path}.namespace`, errors);
  return errors;
}

export function validateIpAddressUpdate(address: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(address);
  const { parentRef } = asObject(address.spec);
  checkImmutableTyped('*networking.ParentReference', parentRef, asObject(old.spec).parentRef, 'spec.parentRef', errors);
  return errors;
}

export function validateServiceCidr(object: KubeObject): Errors {
  const errors = finalizerErrors(object);
  checkBlocks(asObject(object.spec), errors);
  return errors;
}

function checkBlocks(spec: JsonObject, errors: Errors): void {
  const cidrs = asTexts(spec.cidrs);
  if (cidrs.length === 0) {
    errors.push(required(cidrsPath, 'at least one CIDR required'));
    return;
  }
  if (cidrs.length > 2) {
    errors.push(invalid(cidrsPath, { CIDRs: [...cidrs] }, 'may only hold up to 2 values'));
    return;
  }
  cidrs.forEach((cidr, index) => checkCidr(cidr, `${cidrsPath}[${index}]`, errors));
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.isV4);
  if (cidrs.length === 2 && first !== undefined && first === second) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(cidrsPath, [...cidrs], detail));
  }
}

/** A second family may be added, nothing else changes. */
export function validateServiceCidrUpdate(object: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(object);
  const spec = asObject(object.spec);
  const cidrs = asTexts(spec.cidrs);
  const before = asTexts(asObject(old.spec).cidrs);
  const isAddition = before.length === 1 && cidrs.length === 2;
  if (cidrs.length !== before.length && !isAddition) {
    errors.push(invalid(cidrsPath, asSent(spec, 'cidrs'), FIELD_IMMUTABLE_MESSAGE));
    return errors;
  }
  before.forEach((cidr, index) => {
    const now = cidrs[index] ?? '';
    if (now !== cidr) errors.push(invalid(`${cidrsPath}[${index}]`, now, FIELD_IMMUTABLE_MESSAGE));
  });
  if (isAddition) checkBlocks(spec, errors);
  return errors;
}
