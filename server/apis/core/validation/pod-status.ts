/** Writes of a pod's status. */
import { duplicate, forbidden, internalError, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { isDns1123Subdomain, isUserOrGroupId } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkEach,
  checkOneOf,
  checkQualifiedName,
  checkRequiredFormat,
  checkTypedComplaints,
  type Errors,
} from '../../validation/checks.ts';
import { checkImmutableTyped } from '../../validation/internal-value.ts';
import { checkLegacyIp, isDualStack, parseIp } from '../../validation/ip.ts';
import { couldRestartAll, shouldRestart } from './container-restarts.ts';
import { finalizerErrors } from './finalizers.ts';
import { checkPodAnnotations, checkPodAnnotationUpdates } from './pod-annotations.ts';

const systemConditions: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);
const statusLists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
const mappingFields = ['containerName', 'resourceName', 'requestName'] as const;
const healthStates = ['Healthy', 'Unhealthy', 'Unknown'] as const;

export function validatePodStatusUpdate(pod: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(pod);
  const { annotations = {} } = pod.metadata;
  const spec = asObject(pod.spec);
  const status = asObject(pod.status);
  const before = asObject(old.status);
  checkPodAnnotationUpdates(annotations, old.metadata.annotations ?? {}, 'metadata.annotations', errors);
  checkPodAnnotations(annotations, spec, 'metadata.annotations', errors);
  checkConditions(status.conditions, errors);
  checkNominatedNode(status, before, asObject(old.spec), errors);
  checkGeneration(status.observedGeneration, 'status.observedGeneration', errors);
  checkImmutableTyped('S', asText(status.qosClass), asText(before.qosClass), 'status.qosClass', errors);
  for (const list of statusLists) checkTransitions(status, before, list, asObject(old.spec), errors);
  checkClaimStatuses(status.resourceClaimStatuses, spec, errors);
  if (isSet(status.extendedResourceClaimStatus)) {
    checkExtendedClaim(asObject(status.extendedResourceClaimStatus), spec, errors);
  }
  checkIps(status, before, errors);
  checkUsers(status, spec, errors);
  checkAllocatedResources(status, spec, errors);
  return errors;
}

function checkConditions(conditions: JsonValue | undefined, errors: Errors): void {
  checkEach(conditions, 'status.conditions', (condition, path) => {
    checkGeneration(condition.observedGeneration, `${path}.observedGeneration`, errors);
    if (!systemConditions.has(asText(condition.type))) checkQualifiedName(condition.type, `${path}.Type`, errors);
  });
}

function checkGeneration(generation: JsonValue | undefined, path: string, errors: Errors): void {
  if (asNumber(generation) < 0) errors.push(invalid(path, generation, 'must be a non-negative integer'));
}

function checkNominatedNode(status: JsonObject, before: JsonObject, spec: JsonObject, errors: Errors): void {
  const path = 'status.nominatedNodeName';
  const name = asText(status.nominatedNodeName);
  if (name === '' || name === asText(before.nominatedNodeName)) return;
  checkDnsSubdomain(name, path, errors);
  if (asText(spec.nodeName) !== '') {
    errors.push(forbidden(path, 'may not be set on pods that are already bound to a node'));
  }
}

/** A container that has ended stays so, unless its restart policy may start it again. */
function checkTransitions(
  status: JsonObject,
  before: JsonObject,
  list: (typeof statusLists)[number],
  spec: JsonObject,
  errors: Errors,
): void {
  const isEphemeral = list === 'ephemeralContainerStatuses';
  if (!isEphemeral && couldRestartAll(spec)) return;
  const containers = asObjects(list === 'containerStatuses' ? spec.containers : spec.initContainers);
  asObjects(before[list]).forEach((old, index) => {
    const { terminated } = asObject(old.state);
    if (!isSet(terminated)) return;
    const now = asObjects(status[list]).find((other) => other.name === old.name);
    if (now === undefined || isSet(asObject(now.state).terminated)) return;
    const container = containers.find((other) => other.name === old.name);
    const exitCode = asNumber(asObject(terminated).exitCode);
    if (!isEphemeral && container !== undefined && shouldRestart(container, spec, exitCode)) return;
    errors.push(forbidden(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state'));
  });
}

function checkClaimStatuses(statuses: JsonValue | undefined, spec: JsonObject, errors: Errors): void {
  const known = new Set(asObjects(spec.resourceClaims).map(({ name }) => asText(name)));
  const seen = new Set<string>();
  checkEach(statuses, 'status.resourceClaimStatuses', (claim, path) => {
    const name = asText(claim.name);
    if (!known.has(name)) {
      errors.push(invalid(`${path}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (seen.has(name)) errors.push(duplicate(`${path}.name`, name));
    seen.add(name);
    if (isSet(claim.resourceClaimName)) {
      const claimName = asText(claim.resourceClaimName);
      checkTypedComplaints(claimName, isDns1123Subdomain(claimName), `${path}.resourceClaimName`, errors);
    }
  });
}

function checkExtendedClaim(claim: JsonObject, spec: JsonObject, errors: Errors): void {
  const path = 'status.extendedResourceClaimStatus';
  const containers = new Map(
    [...asObjects(spec.initContainers), ...asObjects(spec.containers)].map((one) => [asText(one.name), one]),
  );
  const seen = new Set<string>();
  if (asObjects(claim.requestMappings).length === 0) {
    errors.push(required(`${path}.requestMappings`, 'at least one request mapping is required'));
  }
  checkEach(claim.requestMappings, `${path}.requestMappings`, (mapping, itemPath) => {
    const names = mappingFields.map((field) => asText(mapping[field]));
    const [containerName = '', resourceName = '', requestName = ''] = names;
    const container = containers.get(containerName);
    if (container === undefined) {
      const detail = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
      errors.push(invalid(`${itemPath}.containerName`, containerName, detail));
    } else if (!Object.hasOwn(asObject(asObject(container.resources).requests), resourceName)) {
      const detail =
        'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
      errors.push(invalid(`${itemPath}.resourceName`, resourceName, detail));
    }
    checkDnsLabel(requestName, `${path}.requestName`, errors);
    const key = JSON.stringify(names);
    if (seen.has(key)) mappingFields.forEach((field, at) => errors.push(duplicate(`${itemPath}.${field}`, names[at])));
    seen.add(key);
  });
  checkRequiredFormat(claim.resourceClaimName, isDns1123Subdomain, `${path}.resourceClaimName`, errors);
}

function checkIps(status: JsonObject, before: JsonObject, errors: Errors): void {
  checkIpList(status, before, 'podIPs', errors);
  const [first] = asObjects(status.hostIPs);
  if (first !== undefined && asText(status.hostIP) !== asText(first.ip)) {
    errors.push(invalid('status.hostIPs[0].ip', asText(first.ip), 'must be equal to `hostIP`'));
  }
  checkIpList(status, before, 'hostIPs', errors);
}

function checkIpList(status: JsonObject, before: JsonObject, list: 'podIPs' | 'hostIPs', errors: Errors): void {
  const known = asObjects(before[list]).map(({ ip }) => asText(ip));
  const ips = asObjects(status[list]).map(({ ip }) => asText(ip));
  ips.forEach((ip, index) => checkLegacyIp(ip, `status.${list}[${index}]`, errors, known));
  const wrong = ips.findIndex((ip) => parseIp(ip) === undefined);
  if (ips.length > 1 && wrong >= 0) {
    const detail = `failed to check for dual stack with error:invalid IP[${wrong}]: ${ips[wrong]}`;
    errors.push(internalError(`status.${list}`, detail));
  }
  if (ips.length > 1 && (wrong >= 0 || !isDualStack(ips) || ips.length > 2)) {
    const shown = ips.map((ip) => ({ IP: ip }));
    errors.push(invalid(`status.${list}`, shown, 'may specify no more than one IP for each IP family'));
  }
}

function checkUsers(status: JsonObject, spec: JsonObject, errors: Errors): void {
  const isWindows = asObject(spec.os).name === 'windows';
  for (const list of statusLists) {
    checkEach(status[list], `status.${list}`, (container, path) => {
      const { linux } = asObject(container.user);
      if (!isSet(linux)) return;
      const userPath = `${path}.user.linux`;
      if (isWindows) {
        errors.push(forbidden(userPath, 'cannot be set for a windows pod'));
        return;
      }
      const { uid = 0, gid = 0, supplementalGroups } = asObject(linux);
      checkComplaints(uid, isUserOrGroupId(asNumber(uid)), `${userPath}.uid`, errors);
      checkComplaints(gid, isUserOrGroupId(asNumber(gid)), `${userPath}.gid`, errors);
      (Array.isArray(supplementalGroups) ? supplementalGroups : []).forEach((group, index) => {
        checkComplaints(group, isUserOrGroupId(asNumber(group)), `${userPath}.supplementalGroups[${index}]`, errors);
      });
    });
  }
}

function checkAllocatedResources(status: JsonObject, spec: JsonObject, errors: Errors): void {
  for (const list of ['containerStatuses', 'initContainerStatuses'] as const) {
    const containers = asObjects(list === 'containerStatuses' ? spec.containers : spec.initContainers);
    checkEach(status[list], `status.${list}`, (containerStatus, path) => {
      const container = containers.find(({ name }) => name === containerStatus.name);
      checkEach(containerStatus.allocatedResourcesStatus, `${path}.allocatedResourcesStatus`, (resource, itemPath) => {
        if (container !== undefined) checkAllocatedName(resource, container, itemPath, errors);
        checkResourceHealth(resource, itemPath, errors);
      });
    });
  }
  checkEach(status.ephemeralContainerStatuses, 'status.ephemeralContainerStatuses', (container, path) => {
    if (asObjects(container.allocatedResourcesStatus).length === 0) return;
    errors.push(forbidden(`${path}.allocatedResourcesStatus`, 'must not be specified in container status'));
  });
}

function checkAllocatedName(resource: JsonObject, container: JsonObject, path: string, errors: Errors): void {
  const name = asText(resource.name);
  const { claims, requests } = asObject(container.resources);
  if (name.startsWith('claim:')) {
    const names = asObjects(claims).map((claim) => {
      const request = asText(claim.request);
      return `claim:${asText(claim.name)}${request === '' ? '' : `/${request}`}`;
    });
    if (names.includes(name)) return;
    const forms = "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
    errors.push(
      invalid(`${path}.name`, name, `must match one of the container's resource claims in a format ${forms}`),
    );
  } else if (!Object.hasOwn(asObject(requests), name)) {
    errors.push(invalid(`${path}.name`, name, "must match one of the container's resource requests"));
  }
}

function checkResourceHealth(resource: JsonObject, path: string, errors: Errors): void {
  const seen = new Set<string>();
  checkEach(resource.resources, `${path}.resources`, (item, itemPath) => {
    checkOneOf(item.health, healthStates, `${itemPath}.health`, errors);
    if (isSet(item.message) && asText(item.message) === '') {
      errors.push(required(`${itemPath}.message`, 'must be non-empty if specified'));
    }
    const id = asText(item.resourceID);
    if (seen.has(id)) errors.push(duplicate(`${itemPath}.resourceID`, id));
    seen.add(id);
  });
}
