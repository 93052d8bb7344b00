/** Validation of Endpoints. */
import { required } from '../../../apimachinery/errors/field-error.ts';
import { asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import {
  checkDnsLabel,
  checkDnsSubdomain,
  checkEach,
  checkPortNumber,
  checkQualifiedName,
  checkRequiredOneOf,
  type Errors,
} from '../../validation/checks.ts';
import { checkEndpointIp, checkLegacyIp } from '../../validation/ip.ts';
import { protocols } from './containers.ts';
import { finalizerErrors } from './finalizers.ts';

export function validateEndpoints(endpoints: KubeObject): Errors {
  const errors = finalizerErrors(endpoints);
  checkSubsets(endpoints, errors);
  return errors;
}

export function validateEndpointsUpdate(endpoints: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(endpoints);
  // What was stored under older rules may stay as it is.
  if (!semanticallyEqual(endpoints.subsets, old.subsets)) checkSubsets(endpoints, errors);
  return errors;
}

function checkSubsets(endpoints: KubeObject, errors: Errors): void {
  checkEach(endpoints.subsets, 'subsets', (subset, path) => {
    if (asObjects(subset.addresses).length === 0 && asObjects(subset.notReadyAddresses).length === 0) {
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    }
    for (const list of ['addresses', 'notReadyAddresses'] as const) {
      checkEach(subset[list], `${path}.${list}`, (address, itemPath) => checkAddress(address, itemPath, errors));
    }
    const named = asObjects(subset.ports).length > 1;
    checkEach(subset.ports, `${path}.ports`, (port, itemPath) => checkPort(port, named, itemPath, errors));
  });
}

function checkAddress(address: JsonObject, path: string, errors: Errors): void {
  const ip = asText(address.ip);
  checkLegacyIp(ip, `${path}.ip`, errors);
  if (asText(address.hostname) !== '') checkDnsLabel(address.hostname, `${path}.hostname`, errors);
  if (isSet(address.nodeName)) checkDnsSubdomain(address.nodeName, `${path}.nodeName`, errors);
  checkEndpointIp(ip, `${path}.ip`, errors);
}

function checkPort(port: JsonObject, named: boolean, path: string, errors: Errors): void {
  if (asText(port.name) !== '') checkDnsLabel(port.name, `${path}.name`, errors);
  else if (named) errors.push(required(`${path}.name`));
  checkPortNumber(port.port, `${path}.port`, errors);
  checkRequiredOneOf(port.protocol, protocols, `${path}.protocol`, errors);
  if (isSet(port.appProtocol)) checkQualifiedName(port.appProtocol, `${path}.appProtocol`, errors);
}
