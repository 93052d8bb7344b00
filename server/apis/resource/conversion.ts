/** resource.k8s.io/v1beta1 ↔ v1: requests without their `exactly`, devices within their `basic`. The other betas have v1's shape. */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { asSent, passEmpties } from '../../apimachinery/schema/sent-empties.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';

const V1 = 'resource.k8s.io/v1';
const V1BETA1 = 'resource.k8s.io/v1beta1';

/** In v1's order. */
const exactFields = [
  'deviceClassName',
  'selectors',
  'allocationMode',
  'count',
  'adminAccess',
  'tolerations',
  'capacity',
] as const;

export function claimToV1(claim: KubeObject): KubeObject {
  return { ...claim, apiVersion: V1, spec: withRequests(asObject(claim.spec), requestToV1) };
}

export function claimFromV1(claim: KubeObject): KubeObject {
  return { ...claim, apiVersion: V1BETA1, spec: withRequests(asObject(claim.spec), requestFromV1) };
}

export function claimTemplateToV1(template: KubeObject): KubeObject {
  return { ...template, apiVersion: V1, spec: withInnerRequests(asObject(template.spec), requestToV1) };
}

export function claimTemplateFromV1(template: KubeObject): KubeObject {
  return { ...template, apiVersion: V1BETA1, spec: withInnerRequests(asObject(template.spec), requestFromV1) };
}

export function sliceToV1(slice: KubeObject): KubeObject {
  return { ...slice, apiVersion: V1, spec: withDevices(asObject(slice.spec), deviceToV1) };
}

export function sliceFromV1(slice: KubeObject): KubeObject {
  return { ...slice, apiVersion: V1BETA1, spec: withDevices(asObject(slice.spec), deviceFromV1) };
}

function withInnerRequests(spec: JsonObject, convert: (request: JsonObject) => JsonObject): JsonObject {
  return { ...spec, spec: withRequests(asObject(spec.spec), convert) };
}

function withRequests(spec: JsonObject, convert: (request: JsonObject) => JsonObject): JsonObject {
  if (!isJsonObject(spec.devices) || !Array.isArray(spec.devices.requests)) return spec;
  return { ...spec, devices: { ...spec.devices, requests: asObjects(spec.devices.requests).map(convert) } };
}

function withDevices(spec: JsonObject, convert: (device: JsonObject) => JsonObject): JsonObject {
  return Array.isArray(spec.devices) ? { ...spec, devices: asObjects(spec.devices).map(convert) } : spec;
}

/** Any of the fields makes it an exact request; validation refuses those that name alternatives too. */
function requestToV1(request: JsonObject): JsonObject {
  const { name = '', firstAvailable } = request;
  const converted: JsonObject = { name };
  if (exactFields.some((field) => isGiven(asSent(request, field)))) {
    const exactly: JsonObject = { deviceClassName: asText(request.deviceClassName) };
    for (const field of exactFields) if (isGiven(request[field])) exactly[field] = request[field] ?? null;
    passEmpties(request, exactly);
    converted.exactly = exactly;
  }
  if (isSet(firstAvailable)) converted.firstAvailable = firstAvailable;
  passEmpties(request, converted);
  return converted;
}

function isGiven(value: JsonValue | undefined): boolean {
  return isSet(value) && value !== '' && value !== 0;
}

function requestFromV1({ name = '', exactly, firstAvailable }: JsonObject): JsonObject {
  const exact = asObject(exactly);
  const request: JsonObject = { name, deviceClassName: asText(exact.deviceClassName) };
  for (const field of exactFields) {
    // Where v1beta1 has it among them.
    if (field === 'tolerations' && isSet(firstAvailable)) request.firstAvailable = firstAvailable;
    if (isGiven(exact[field])) request[field] = exact[field] ?? null;
  }
  return request;
}

function deviceToV1({ name = '', basic }: JsonObject): JsonObject {
  return { name, ...asObject(basic) };
}

function deviceFromV1({ name = '', ...basic }: JsonObject): JsonObject {
  return { name, basic };
}
