/** The spec of a pod, on its own or in a template, in upstream's order. */
import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  required,
  tooLong,
} from '../../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { validateLabels } from '../../../apimachinery/validation/labels.ts';
import { inclusiveRangeMessage } from '../../../apimachinery/validation/message.ts';
import { isDns1123SubdomainWithUnderscore } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkDnsSubdomain,
  checkEach,
  checkOneOf,
  checkQualifiedName,
  checkRequired,
  checkRequiredListed,
  type Errors,
  MAX_INT32,
} from '../../validation/checks.ts';
import { checkLegacyIp } from '../../validation/ip.ts';
import { checkAffinity, type SelectorRules } from './affinity.ts';
import { checkContainers, checkEphemeralContainers, checkInitContainers, type PodContext } from './containers.ts';
import { checkPodLevelResources } from './pod-resources.ts';
import { checkContainerResources } from './resource-requirements.ts';
import { allContainers, checkHostUsers, checkPodSecurityContext } from './security-context.ts';
import type { TextMap } from './template-metadata.ts';
import { checkTolerations } from './tolerations.ts';
import { checkTopologySpread } from './topology-spread.ts';
import { checkVolumes } from './volumes.ts';
import { checkHostProcess, checkLinuxPod, checkWindowsPod } from './windows-options.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'] as const;
const preemptionPolicies = ['PreemptLowerPriority', 'Never'] as const;
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'] as const;
const operatingSystems = ['linux', 'windows'] as const;
const MAX_NAMESERVERS = 3;
const MAX_SEARCH_PATHS = 32;
const MAX_SEARCH_LIST_LENGTH = 2048;
const MAX_HOSTNAME_LENGTH = 64;

export interface PodSpecRules extends SelectorRules {
  /** Name of the pod; empty in templates. */
  readonly podName: string;
  /** Not a template. */
  readonly isPod: boolean;
  readonly isMirrorPod: boolean;
}

export function checkPodSpec(spec: JsonObject, rules: PodSpecRules, path: string, errors: Errors): void {
  const grace = spec.terminationGracePeriodSeconds;
  if (!isSet(grace)) errors.push(required(`${path}.terminationGracePeriodSeconds`));
  const volumes = checkVolumes(spec.volumes, rules, `${path}.volumes`, errors);
  const pod: PodContext = {
    spec,
    volumes,
    claimNames: new Set(
      asObjects(spec.resourceClaims)
        .map(({ name }) => asText(name))
        .filter((name) => name !== ''),
    ),
    grace: isSet(grace) ? asNumber(grace) : undefined,
    hostUsers: spec.hostUsers !== false,
  };
  checkResourceClaims(spec, rules, `${path}.resourceClaims`, errors);
  checkContainers(pod, `${path}.containers`, errors);
  checkInitContainers(pod, `${path}.initContainers`, errors);
  checkEphemeralContainers(pod, `${path}.ephemeralContainers`, errors);
  checkPodLevelResources(spec, pod.claimNames, `${path}.resources`, errors);
  checkHostNetworkPorts(spec, rules, path, errors);
  checkRequiredListed(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`, errors);
  checkRequiredListed(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`, errors);
  errors.push(...validateLabels(spec.nodeSelector as TextMap, `${path}.nodeSelector`));
  checkPodSecurityContext(spec, `${path}.securityContext`, errors);
  checkAffinity(spec.affinity, rules, `${path}.affinity`, errors);
  checkDnsConfig(spec, `${path}.dnsConfig`, errors);
  checkGates(spec, path, errors);
  checkTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors);
  const containers = allContainers(spec, path);
  checkHostProcess(spec, containers, path, errors);
  checkHostUsers(spec, path, errors);
  checkHostnameOverride(spec, path, errors);
  checkNames(spec, path, errors);
  checkTolerations(spec.tolerations, `${path}.tolerations`, errors);
  checkHostAliases(spec, `${path}.hostAliases`, errors);
  checkOptionalName(spec.priorityClassName, `${path}.priorityClassName`, errors);
  if (isSet(spec.runtimeClassName)) checkDnsSubdomain(spec.runtimeClassName, `${path}.runtimeClassName`, errors);
  if (isSet(spec.preemptionPolicy)) {
    checkRequiredListed(spec.preemptionPolicy, preemptionPolicies, `${path}.preemptionPolicy`, errors);
  }
  if (isSet(spec.overhead)) {
    checkContainerResources({ limits: spec.overhead }, new Set(), `${path}.overhead`, errors);
  }
  if (isSet(spec.os)) checkOperatingSystem(spec, containers, path, errors);
  checkFileKeyVolumes(spec, containers, errors);
}

function checkResourceClaims(spec: JsonObject, rules: PodSpecRules, path: string, errors: Errors): void {
  const names = new Set<string>();
  checkEach(spec.resourceClaims, path, (claim, itemPath) => {
    if (rules.isMirrorPod) {
      errors.push(forbidden('', 'static pods do not support resource claims'));
      return;
    }
    const name = asText(claim.name);
    if (checkRequired(name, `${itemPath}.name`, errors)) {
      if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
      else checkDnsLabel(name, `${itemPath}.name`, errors);
      names.add(name);
    }
    const { resourceClaimName: claimName = null, resourceClaimTemplateName: template = null } = claim;
    const shown = { Name: name, ResourceClaimName: claimName, ResourceClaimTemplateName: template };
    if (isSet(claimName) && isSet(template)) {
      const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(itemPath, shown, detail));
    }
    if (!isSet(claimName) && !isSet(template)) {
      const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(itemPath, shown, detail));
    }
    if (isSet(claimName)) checkDnsSubdomain(claimName, `${itemPath}.resourceClaimName`, errors);
    if (isSet(template)) checkDnsSubdomain(template, `${itemPath}.resourceClaimTemplateName`, errors);
  });
}

function checkHostNetworkPorts(spec: JsonObject, rules: PodSpecRules, path: string, errors: Errors): void {
  if (spec.hostNetwork !== true) return;
  checkEach(spec.containers, `${path}.containers`, (container, containerPath) => {
    checkEach(container.ports, `${containerPath}.ports`, (port, portPath) => {
      const hostPort = asNumber(port.hostPort);
      if ((!rules.isPod && hostPort === 0) || hostPort === asNumber(port.containerPort)) return;
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalid(`${portPath}.hostPort`, hostPort, detail));
    });
  });
}

function checkDnsConfig(spec: JsonObject, path: string, errors: Errors): void {
  const config = asObject(spec.dnsConfig);
  const nameservers = asTexts(config.nameservers);
  const searches = asTexts(config.searches);
  if (spec.dnsPolicy === 'None') {
    if (!isSet(spec.dnsConfig)) {
      errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (nameservers.length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      errors.push(required(`${path}.nameservers`, detail));
      return;
    }
  }
  if (nameservers.length > MAX_NAMESERVERS) {
    const detail = `must not have more than ${MAX_NAMESERVERS} nameservers`;
    errors.push(invalid(`${path}.nameservers`, [...nameservers], detail));
  }
  nameservers.forEach((address, index) => checkLegacyIp(address, `${path}.nameservers[${index}]`, errors));
  if (searches.length > MAX_SEARCH_PATHS) {
    const detail = `must not have more than ${MAX_SEARCH_PATHS} search paths`;
    errors.push(invalid(`${path}.searches`, [...searches], detail));
  }
  if (searches.join(' ').length > MAX_SEARCH_LIST_LENGTH) {
    const detail = `must not have more than ${MAX_SEARCH_LIST_LENGTH} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, [...searches], detail));
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    checkComplaints(name, isDns1123SubdomainWithUnderscore(name), `${path}.searches[${index}]`, errors);
  });
  checkEach(config.options, `${path}.options`, ({ name }, itemPath) => {
    checkRequired(name, itemPath, errors, 'must not be empty');
  });
}

function checkGates(spec: JsonObject, path: string, errors: Errors): void {
  checkEach(spec.readinessGates, `${path}.readinessGates`, ({ conditionType }, itemPath) => {
    checkQualifiedName(conditionType, `${itemPath}.conditionType`, errors);
  });
  const seen = new Set<string>();
  checkEach(spec.schedulingGates, `${path}.schedulingGates`, ({ name }, itemPath) => {
    checkQualifiedName(name, itemPath, errors);
    if (seen.has(asText(name))) errors.push(duplicate(itemPath, asText(name)));
    seen.add(asText(name));
  });
}

function checkHostnameOverride(spec: JsonObject, path: string, errors: Errors): void {
  if (!isSet(spec.hostnameOverride)) return;
  const field = `${path}.hostnameOverride`;
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbidden(field, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (spec.hostNetwork === true) errors.push(forbidden(field, 'may not be specified when hostNetwork is true'));
  if (asText(spec.hostnameOverride).length > MAX_HOSTNAME_LENGTH) errors.push(tooLong(field, MAX_HOSTNAME_LENGTH));
  checkDnsSubdomain(spec.hostnameOverride, field, errors);
}

function checkNames(spec: JsonObject, path: string, errors: Errors): void {
  checkOptionalName(spec.serviceAccountName, `${path}.serviceAccountName`, errors);
  checkOptionalName(spec.nodeName, `${path}.nodeName`, errors);
  const seconds = spec.activeDeadlineSeconds;
  if (isSet(seconds) && (asNumber(seconds) < 1 || asNumber(seconds) > MAX_INT32)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, seconds, inclusiveRangeMessage(1, MAX_INT32)));
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    if (asText(spec[field]) !== '') checkDnsLabel(spec[field], `${path}.${field}`, errors);
  }
}

function checkOptionalName(name: JsonObject[string], path: string, errors: Errors): void {
  if (asText(name) !== '') checkDnsSubdomain(name, path, errors);
}

function checkHostAliases(spec: JsonObject, path: string, errors: Errors): void {
  checkEach(spec.hostAliases, path, (alias, itemPath) => {
    checkLegacyIp(asText(alias.ip), `${itemPath}.ip`, errors);
    asTexts(alias.hostnames).forEach((name, index) => {
      checkDnsSubdomain(name, `${itemPath}.hostnames[${index}]`, errors);
    });
  });
}

function checkOperatingSystem(
  spec: JsonObject,
  containers: ReturnType<typeof allContainers>,
  path: string,
  errors: Errors,
): void {
  const { name } = asObject(spec.os);
  if (!checkRequired(name, `${path}.os.name`, errors)) return;
  if (!checkOneOf(name, operatingSystems, `${path}.os`, errors)) return;
  if (name === 'linux') checkLinuxPod(spec, containers, path, errors);
  else checkWindowsPod(spec, containers, path, errors);
}

/** Env variables from files live in emptyDir volumes. */
function checkFileKeyVolumes(spec: JsonObject, containers: ReturnType<typeof allContainers>, errors: Errors): void {
  for (const [container, path] of containers) {
    asList(container.env).forEach((variable, index) => {
      const { fileKeyRef } = asObject(asObject(variable).valueFrom);
      if (!isSet(fileKeyRef)) return;
      const name = asText(asObject(fileKeyRef).volumeName);
      const field = `${path}.env[${index}].valueFrom.fileKeyRef.volumeName`;
      const volume = asObjects(spec.volumes).findLast((other) => asText(other.name) === name);
      if (volume === undefined) errors.push(notFound(field, name));
      else if (!isSet(volume.emptyDir)) {
        errors.push(invalid(field, name, 'referenced volume must be of type emptyDir'));
      }
    });
  }
}
