/** EndpointSlices. */
import { duplicate, invalid, required, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isLabelValue, validateLabels } from '../../apimachinery/validation/labels.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { protocols } from '../core/validation/containers.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import type { TextMap } from '../core/validation/template-metadata.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkEach,
  checkOneOf,
  checkQualifiedName,
  checkRequiredOneOf,
  type Errors,
} from '../validation/checks.ts';
import { checkFullyQualifiedDomainName } from '../validation/domain-names.ts';
import { checkEndpointIp, checkIp, checkLegacyIp, parseIp } from '../validation/ip.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'] as const;
const MAX_ENDPOINTS = 1000;
const MAX_PORTS = 20000;
const MAX_ADDRESSES = 100;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_HINTS = 8;

export function validateEndpointSlice(slice: KubeObject): Errors {
  const errors = finalizerErrors(slice);
  checkHead(slice, errors);
  checkEndpoints(slice, errors);
  return errors;
}

export function validateEndpointSliceUpdate(slice: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(slice);
  checkHead(slice, errors);
  // What was stored under older rules may stay as it is.
  if (!semanticallyEqual(slice.endpoints, old.endpoints)) checkEndpoints(slice, errors);
  checkImmutableTyped('S', slice.addressType, old.addressType, 'addressType', errors);
  return errors;
}

function checkHead(slice: KubeObject, errors: Errors): void {
  checkRequiredOneOf(slice.addressType, addressTypes, 'addressType', errors);
  if (isTooMany(slice.ports, MAX_PORTS, 'ports', errors)) return;
  const names = new Set<string>();
  checkEach(slice.ports, 'ports', (port, path) => {
    const name = asText(port.name);
    if (name !== '') checkDnsLabel(name, `${path}.name`, errors);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (isSet(port.protocol)) checkOneOf(port.protocol, protocols, `${path}.protocol`, errors);
    else errors.push(required(`${path}.protocol`));
    if (isSet(port.appProtocol)) checkQualifiedName(port.appProtocol, `${path}.appProtocol`, errors);
  });
}

function isTooMany(list: JsonValue | undefined, max: number, path: string, errors: Errors): boolean {
  const { length } = asList(list);
  if (length > max) errors.push(tooMany(path, length, max));
  return length > max;
}

function checkEndpoints(slice: KubeObject, errors: Errors): void {
  if (isTooMany(slice.endpoints, MAX_ENDPOINTS, 'endpoints', errors)) return;
  checkEach(slice.endpoints, 'endpoints', (endpoint, path) => {
    checkAddresses(asTexts(endpoint.addresses), asText(slice.addressType), `${path}.addresses`, errors);
    if (isSet(endpoint.nodeName)) checkDnsSubdomain(endpoint.nodeName, `${path}.nodeName`, errors);
    const topologyPath = `${path}.deprecatedTopology`;
    const labels = Object.keys(asObject(endpoint.deprecatedTopology)).length;
    if (labels > MAX_TOPOLOGY_LABELS) errors.push(tooMany(topologyPath, labels, MAX_TOPOLOGY_LABELS));
    errors.push(...validateLabels(endpoint.deprecatedTopology as TextMap, topologyPath));
    if (isSet(endpoint.hostname)) checkDnsLabel(endpoint.hostname, `${path}.hostname`, errors);
    if (isSet(endpoint.hints)) checkHints(asObject(endpoint.hints), `${path}.hints`, errors);
  });
}

function checkAddresses(addresses: readonly string[], type: string, path: string, errors: Errors): void {
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  else isTooMany([...addresses], MAX_ADDRESSES, path, errors);
  addresses.forEach((address, index) => {
    const itemPath = `${path}[${index}]`;
    if (type === 'FQDN') checkFullyQualifiedDomainName(address, itemPath, errors);
    else if (type === 'IPv4' || type === 'IPv6') {
      const before = errors.length;
      if (type === 'IPv4') checkLegacyIp(address, itemPath, errors);
      else checkIp(address, itemPath, errors);
      if (errors.length > before) return;
      if (parseIp(address)?.isV4 !== (type === 'IPv4')) {
        errors.push(invalid(path, address, `must be an ${type} address`));
      }
      checkEndpointIp(address, itemPath, errors);
    }
  });
}

function checkHints(hints: JsonObject, path: string, errors: Errors): void {
  if (!checkHintNames(hints.forZones, isLabelValue, `${path}.forZones`, errors)) return;
  checkHintNames(hints.forNodes, isDns1123Subdomain, `${path}.forNodes`, errors);
}

function checkHintNames(
  list: JsonValue | undefined,
  complaintsOf: (name: string) => readonly string[],
  path: string,
  errors: Errors,
): boolean {
  if (isTooMany(list, MAX_HINTS, path, errors)) return false;
  const names = new Set<string>();
  checkEach(list, path, (hint, itemPath) => {
    const name = asText(hint.name);
    if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
    names.add(name);
    checkComplaints(name, complaintsOf(name), `${itemPath}.name`, errors);
  });
  return true;
}
