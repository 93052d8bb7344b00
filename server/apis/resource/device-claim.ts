/** What a claim asks of devices: requests, constraints between them, configuration. */
import { invalid, notSupportedInOrder, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import { checkComplaints, checkDnsLabel, checkEach, checkRequiredFormat, type Errors } from '../validation/checks.ts';
import { checkFullyQualifiedAttribute, checkSize, checkStructs, checkUnique, nameOf } from './device-names.ts';
import { checkSelectors } from './device-selectors.ts';
import { checkDeviceToleration } from './device-taints.ts';

const MAX_REQUESTS = 32;
const MAX_ALTERNATIVES = 8;
const MAX_CONSTRAINTS = 32;
export const MAX_CONFIGURATIONS = 32;
export const MAX_PARAMETERS_LENGTH = 10 * 1024;

const unknownRequest =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Of each request, the names of its alternatives. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

export function requestNamesOf(claim: JsonObject): RequestNames {
  return new Map(
    asObjects(claim.requests).map(({ name, firstAvailable }) => [
      asText(name),
      new Set(asObjects(firstAvailable).map((alternative) => asText(alternative.name))),
    ]),
  );
}

export function checkDeviceClaim(claim: JsonObject, path: string, errors: Errors): void {
  const names = requestNamesOf(claim);
  const { requests, constraints, config } = claim;
  checkStructs(requests, { max: MAX_REQUESTS, keyOf: nameOf }, `${path}.requests`, errors, (request, itemPath) => {
    checkRequest(request, itemPath, errors);
  });
  checkStructs(constraints, { max: MAX_CONSTRAINTS }, `${path}.constraints`, errors, (constraint, itemPath) => {
    checkConstraint(constraint, names, itemPath, errors);
  });
  checkStructs(config, { max: MAX_CONFIGURATIONS }, `${path}.config`, errors, (configuration, itemPath) => {
    checkRequestReferences(configuration.requests, names, `${itemPath}.requests`, errors);
    checkDeviceConfiguration(configuration, itemPath, errors);
  });
}

function checkRequest(request: JsonObject, path: string, errors: Errors): void {
  checkDnsLabel(request.name, `${path}.name`, errors);
  const alternatives = asObjects(request.firstAvailable);
  const detail = 'exactly one of `exactly` or `firstAvailable` is required';
  if (alternatives.length === 0 && !isSet(request.exactly)) errors.push(required(path, detail));
  else if (alternatives.length > 0 && isSet(request.exactly)) {
    errors.push(invalid(path, null, `${detail}, but multiple fields are set`));
  } else if (isSet(request.exactly)) checkDevices(asObject(request.exactly), `${path}.exactly`, errors);
  else {
    const rules = { max: MAX_ALTERNATIVES, keyOf: nameOf };
    checkStructs(request.firstAvailable, rules, `${path}.firstAvailable`, errors, (alternative, itemPath) => {
      checkDnsLabel(alternative.name, `${itemPath}.name`, errors);
      checkDevices(alternative, itemPath, errors);
    });
  }
}

/** Which devices, and how many. */
function checkDevices(request: JsonObject, path: string, errors: Errors): void {
  checkRequiredFormat(request.deviceClassName, isDns1123Subdomain, `${path}.deviceClassName`, errors);
  checkSelectors(request.selectors, `${path}.selectors`, errors);
  checkAllocationMode(asText(request.allocationMode), request.count ?? 0, path, errors);
  checkEach(request.tolerations, `${path}.tolerations`, (toleration, itemPath) => {
    checkDeviceToleration(toleration, itemPath, errors);
  });
}

function checkAllocationMode(mode: string, count: JsonValue, path: string, errors: Errors): void {
  if (mode === 'All') {
    const detail = "must not be specified when allocationMode is 'All'";
    if (count !== 0) errors.push(invalid(`${path}.count`, count, detail));
  } else if (mode === 'ExactCount') {
    if (asNumber(count) <= 0) errors.push(invalid(`${path}.count`, count, 'must be greater than zero'));
  } else errors.push(notSupportedInOrder(`${path}.allocationMode`, mode, ['All', 'ExactCount']));
}

function checkConstraint(constraint: JsonObject, names: RequestNames, path: string, errors: Errors): void {
  checkRequestReferences(constraint.requests, names, `${path}.requests`, errors);
  const { matchAttribute, distinctAttribute } = constraint;
  if (isSet(matchAttribute)) checkFullyQualifiedAttribute(matchAttribute, `${path}.matchAttribute`, errors);
  else if (isSet(distinctAttribute)) {
    checkFullyQualifiedAttribute(distinctAttribute, `${path}.distinctAttribute`, errors);
  } else {
    const detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    errors.push(required(path, detail));
  }
}

export function checkRequestReferences(
  list: JsonValue | undefined,
  names: RequestNames,
  path: string,
  errors: Errors,
): void {
  if (!checkSize(list, MAX_REQUESTS, path, errors)) return;
  const references = asTexts(list);
  references.forEach((name, index) => checkRequestReference(name, names, `${path}[${index}]`, errors));
  checkUnique(references, path, errors);
}

export function checkRequestReference(name: string, names: RequestNames, path: string, errors: Errors): void {
  const [request = '', alternative, ...more] = name.split('/');
  if (more.length > 0) {
    errors.push(invalid(path, name, unknownRequest));
    return;
  }
  for (const segment of name.split('/')) checkComplaints(segment, isDns1123Label(segment), path, errors);
  const alternatives = names.get(request);
  const isKnown = alternatives !== undefined && (alternative === undefined || alternatives.has(alternative));
  if (!isKnown) errors.push(invalid(path, name, unknownRequest));
}

export function checkDeviceConfiguration(configuration: JsonObject, path: string, errors: Errors): void {
  if (!isSet(configuration.opaque)) {
    errors.push(required(`${path}.opaque`));
    return;
  }
  const { driver, parameters } = asObject(configuration.opaque);
  checkCsiDriverName(asText(driver), `${path}.opaque.driver`, errors);
  checkRawObject(parameters, MAX_PARAMETERS_LENGTH, `${path}.opaque.parameters`, errors);
}

/** A JSON object of the driver's own making. */
export function checkRawObject(value: JsonValue | undefined, max: number, path: string, errors: Errors): void {
  if (!isSet(value)) errors.push(required(path));
  else if (Buffer.byteLength(JSON.stringify(value)) > max) errors.push(tooLong(path, max));
  else if (!isJsonObject(value)) errors.push(invalid(path, '<value omitted>', 'must be a valid JSON object'));
}
