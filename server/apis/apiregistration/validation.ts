/** Validation of APIServices. */
import { goQuote, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import {
  isDns1035Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isPortNumber,
} from '../../apimachinery/validation/names.ts';
import { checkComplaints, checkEach, checkListed, checkRequired, type Errors } from '../validation/checks.ts';

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;

export function validateApiService(service: KubeObject): Errors {
  const errors: Errors = [];
  const spec = asObject(service.spec);
  const group = asText(spec.group);
  const version = asText(spec.version);
  if (group !== '') checkComplaints(group, isDns1123Subdomain(group), 'spec.group', errors);
  else if (version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  checkComplaints(version, isDns1035Label(version), 'spec.version', errors);
  checkPriority(spec, 'groupPriorityMinimum', MAX_GROUP_PRIORITY, errors);
  checkPriority(spec, 'versionPriority', MAX_VERSION_PRIORITY, errors);
  if (isSet(spec.service)) checkBackend(spec, errors);
  else checkLocal(spec, errors);
  return errors;
}

/** The name follows from the spec, and so would what it is made from. */
export function validateApiServiceName({ metadata, spec }: KubeObject): Errors {
  const errors: Errors = [];
  const { version, group } = asObject(spec);
  const expected = `${asText(version)}.${asText(group)}`;
  for (const field of ['generateName', 'name'] as const) {
    const name = metadata[field] ?? '';
    const complaints = isPathSegmentName(name);
    const mismatch = name === expected ? [] : [`must be \`spec.version+"."+spec.group\`: ${goQuote(expected)}`];
    if (name !== '') checkComplaints(name, complaints.length > 0 ? complaints : mismatch, `metadata.${field}`, errors);
  }
  return errors;
}

export function validateApiServiceUpdate(service: KubeObject): Errors {
  return [...validateApiServiceName(service), ...validateApiService(service)];
}

function checkPriority(spec: JsonObject, field: string, max: number, errors: Errors): void {
  const priority = asNumber(spec[field]);
  if (priority > 0 && priority <= max) return;
  errors.push(invalid(`spec.${field}`, priority, `must be positive and less than ${max}`));
}

function checkLocal(spec: JsonObject, errors: Errors): void {
  const bytes = Buffer.byteLength(asText(spec.caBundle), 'base64');
  if (bytes > 0) errors.push(invalid('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle'));
  if (spec.insecureSkipTLSVerify === true) {
    const detail = 'local APIServices may not have insecureSkipTLSVerify';
    errors.push(invalid('spec.insecureSkipTLSVerify', true, detail));
  }
}

function checkBackend(spec: JsonObject, errors: Errors): void {
  const { namespace, name, port } = asObject(spec.service);
  checkRequired(namespace, 'spec.service.namespace', errors);
  checkRequired(name, 'spec.service.name', errors);
  const complaints = isPortNumber(asNumber(port));
  if (complaints.length > 0) {
    errors.push(invalid('spec.service.port', asNumber(port), `port is not valid: ${complaints.join(', ')}`));
  }
  if (spec.insecureSkipTLSVerify === true && asText(spec.caBundle) !== '') {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
}

export function validateApiServiceStatusUpdate(service: KubeObject): Errors {
  const errors: Errors = [];
  checkEach(asObject(service.status).conditions, 'status.conditions', ({ status }, path) => {
    checkListed(status, ['True', 'False', 'Unknown'], `${path}.status`, errors);
  });
  return errors;
}
