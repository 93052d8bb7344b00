/** Containers of a pod: regular, init (and sidecars) and ephemeral ones. */
import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooMany,
} from '../../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isPortName } from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkEach,
  checkOneOf,
  checkPortNumber,
  checkRequired,
  checkRequiredListed,
  checkRequiredOneOf,
  type Errors,
} from '../../validation/checks.ts';
import { checkEnv, checkEnvFrom } from './container-env.ts';
import { checkVolumeDevices, checkVolumeMounts } from './container-mounts.ts';
import {
  checkLifecycle,
  checkLivenessProbe,
  checkReadinessProbe,
  checkStartupProbe,
  type GracePeriod,
} from './probes.ts';
import { checkPullPolicy } from './pull-policy.ts';
import { checkContainerResources } from './resource-requirements.ts';
import { checkContainerSecurityContext } from './security-context.ts';
import type { VolumesByName } from './volumes.ts';

const messagePolicies = ['File', 'FallbackToLogsOnError'] as const;
const restartPolicies = ['Always', 'Never', 'OnFailure'] as const;
const restartActions = ['Restart', 'RestartAllContainers'] as const;
const restartOperators = ['In', 'NotIn'] as const;
const resizePolicies = ['NotRequired', 'RestartContainer'] as const;
export const protocols = ['SCTP', 'TCP', 'UDP'] as const;
const MAX_RESTART_RULES = 20;
const MAX_EXIT_CODES = 255;

/** What containers need to know of their pod. */
export interface PodContext {
  readonly spec: JsonObject;
  readonly volumes: VolumesByName;
  readonly claimNames: ReadonlySet<string>;
  readonly grace: GracePeriod;
  readonly hostUsers: boolean;
}

export function checkContainers(pod: PodContext, path: string, errors: Errors): void {
  const containers = asObjects(pod.spec.containers);
  if (containers.length === 0) {
    errors.push(required(path));
    return;
  }
  const names = new Set<string>();
  checkEach(pod.spec.containers, path, (container, itemPath) => {
    checkContainer(container, pod, itemPath, errors);
    const name = asText(container.name);
    if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
    names.add(name);
    checkRunning(container, pod.grace, itemPath, errors);
    checkRestartRules(container, itemPath, errors);
  });
  checkHostPorts(containers, path, errors);
}

export function checkInitContainers(pod: PodContext, path: string, errors: Errors): void {
  const names = new Set(asObjects(pod.spec.containers).map(({ name }) => asText(name)));
  checkEach(pod.spec.initContainers, path, (container, itemPath) => {
    checkContainer(container, pod, itemPath, errors);
    if (isSet(container.restartPolicy)) checkRestartRules(container, itemPath, errors);
    else if (asList(container.restartPolicyRules).length > 0) refuseRulesWithoutPolicy(itemPath, errors);
    const name = asText(container.name);
    if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
    else if (name !== '') names.add(name);
    checkHostPorts([container], path, errors);
    if (container.restartPolicy === 'Always') checkRunning(container, pod.grace, itemPath, errors);
    else checkOnlyInit(container, itemPath, errors);
  });
}

/** What only containers that run beside the others may have. */
function checkOnlyInit(container: JsonObject, path: string, errors: Errors): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (!isSet(container[field])) continue;
    const detail = 'may not be set for init containers without restartPolicy=Always';
    errors.push(forbidden(`${path}.${field}`, detail));
  }
  checkEach(container.resizePolicy, `${path}.resizePolicy`, (policy, policyPath) => {
    if (policy.restartPolicy !== 'RestartContainer') return;
    const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.push(invalid(`${policyPath}.restartPolicy`, 'RestartContainer', detail));
  });
}

const refusedForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

export function checkEphemeralContainers(pod: PodContext, path: string, errors: Errors): void {
  const others = new Set(
    [...asObjects(pod.spec.containers), ...asObjects(pod.spec.initContainers)].map(({ name }) => asText(name)),
  );
  const names = new Set(others);
  const detail = 'cannot be set for an Ephemeral Container';
  checkEach(pod.spec.ephemeralContainers, path, (container, itemPath) => {
    checkContainer(container, pod, itemPath, errors);
    checkImageHasNoPadding(container, itemPath, errors);
    const name = asText(container.name);
    if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
    names.add(name);
    const target = asText(container.targetContainerName);
    if (target !== '' && !others.has(target)) errors.push(notFound(`${itemPath}.targetContainerName`, target));
    for (const field of refusedForEphemeral) {
      if (isUsed(field, container)) errors.push(forbidden(`${itemPath}.${field}`, detail));
    }
    checkEach(container.volumeMounts, `${itemPath}.volumeMounts`, (mount, mountPath) => {
      if (asText(mount.subPath) !== '') errors.push(forbidden(`${mountPath}.subPath`, detail));
      if (asText(mount.subPathExpr) !== '') errors.push(forbidden(`${mountPath}.subPathExpr`, detail));
    });
  });
}

/** An empty resources struct is Go's zero value. */
function isUsed(field: string, container: JsonObject): boolean {
  const value = asSent(container, field);
  return field === 'resources' ? Object.keys(asObject(value)).length > 0 : isSet(value);
}

/** Only pods are held to this, not templates. */
export function checkImageHasNoPadding({ image }: JsonObject, path: string, errors: Errors): void {
  const name = asText(image);
  if (name.trim() === name) return;
  errors.push(invalid(`${path}.image`, name, 'must not have leading or trailing whitespace'));
}

function checkContainer(container: JsonObject, pod: PodContext, path: string, errors: Errors): void {
  if (checkRequired(container.name, `${path}.name`, errors)) checkDnsLabel(container.name, `${path}.name`, errors);
  checkRequired(container.image, `${path}.image`, errors);
  checkRequiredListed(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`, errors);
  checkPorts(container.ports, `${path}.ports`, errors);
  checkEnv(container.env, `${path}.env`, errors);
  checkEnvFrom(container.envFrom, `${path}.envFrom`, errors);
  checkVolumeMounts(container, pod.volumes, `${path}.volumeMounts`, errors);
  checkVolumeDevices(container, pod.volumes, `${path}.volumeDevices`, errors);
  checkPullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, errors);
  checkContainerResources(asObject(container.resources), pod.claimNames, `${path}.resources`, errors);
  checkResizePolicies(container.resizePolicy, asText(pod.spec.restartPolicy), `${path}.resizePolicy`, errors);
  checkContainerSecurityContext(container.securityContext, pod.hostUsers, `${path}.securityContext`, errors);
}

function checkRunning(container: JsonObject, grace: GracePeriod, path: string, errors: Errors): void {
  if (isSet(container.lifecycle)) checkLifecycle(asObject(container.lifecycle), grace, `${path}.lifecycle`, errors);
  checkLivenessProbe(container.livenessProbe, `${path}.livenessProbe`, errors);
  checkReadinessProbe(container.readinessProbe, `${path}.readinessProbe`, errors);
  checkStartupProbe(container.startupProbe, `${path}.startupProbe`, errors);
}

function checkPorts(ports: JsonValue | undefined, path: string, errors: Errors): void {
  const names = new Set<string>();
  checkEach(ports, path, (port, itemPath) => {
    const name = asText(port.name);
    if (name !== '') {
      const complaints = isPortName(name);
      checkComplaints(name, complaints, `${itemPath}.name`, errors);
      if (complaints.length === 0) {
        if (names.has(name)) errors.push(duplicate(`${itemPath}.name`, name));
        names.add(name);
      }
    }
    if (asNumber(port.containerPort) === 0) errors.push(required(`${itemPath}.containerPort`));
    else checkPortNumber(port.containerPort, `${itemPath}.containerPort`, errors);
    if (asNumber(port.hostPort) !== 0) checkPortNumber(port.hostPort, `${itemPath}.hostPort`, errors);
    checkRequiredOneOf(port.protocol, protocols, `${itemPath}.protocol`, errors);
  });
}

function checkHostPorts(containers: readonly JsonObject[], path: string, errors: Errors): void {
  const taken = new Set<string>();
  containers.forEach((container, index) => {
    checkEach(container.ports, `${path}[${index}].ports`, (port, portPath) => {
      if (asNumber(port.hostPort) === 0) return;
      const key = `${asText(port.protocol)}/${asText(port.hostIP)}/${asNumber(port.hostPort)}`;
      if (taken.has(key)) errors.push(duplicate(`${portPath}.hostPort`, key));
      taken.add(key);
    });
  });
}

function checkResizePolicies(
  list: JsonValue | undefined,
  podRestartPolicy: string,
  path: string,
  errors: Errors,
): void {
  const seen = new Set<string>();
  checkEach(list, path, (policy, itemPath) => {
    const name = asText(policy.resourceName);
    const restart = asText(policy.restartPolicy);
    if (seen.has(name)) errors.push(duplicate(itemPath, name));
    seen.add(name);
    // Upstream reports the rest on the list, not on its element.
    checkRequiredOneOf(name, ['cpu', 'memory'], path, errors);
    checkRequiredOneOf(restart, resizePolicies, path, errors);
    if (podRestartPolicy === 'Never' && restart !== 'NotRequired') {
      errors.push(invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
  });
}

function refuseRulesWithoutPolicy(path: string, errors: Errors): void {
  errors.push(required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
}

function checkRestartRules(container: JsonObject, path: string, errors: Errors): void {
  const rules = asObjects(container.restartPolicyRules);
  if (isSet(container.restartPolicy)) {
    checkOneOf(container.restartPolicy, restartPolicies, `${path}.restartPolicy`, errors);
  } else if (rules.length === 0) {
    return;
  } else {
    refuseRulesWithoutPolicy(path, errors);
  }
  const rulesPath = `${path}.restartPolicyRules`;
  if (rules.length > MAX_RESTART_RULES) errors.push(tooMany(rulesPath, rules.length, MAX_RESTART_RULES));
  checkEach(container.restartPolicyRules, rulesPath, (rule, rulePath) => {
    checkOneOf(rule.action, restartActions, `${rulePath}.action`, errors);
    if (!isSet(rule.exitCodes)) {
      errors.push(required(`${rulePath}.exitCodes`, 'must be specified'));
      return;
    }
    const codes = asObject(rule.exitCodes);
    const operator = asText(codes.operator);
    if (!restartOperators.some((known) => known === operator)) {
      errors.push(notSupported(`${rulePath}.exitCodes.operator`, operator, restartOperators));
    }
    const count = asList(codes.values).length;
    if (count > MAX_EXIT_CODES) errors.push(tooMany(`${rulePath}.exitCodes.values`, count, MAX_EXIT_CODES));
  });
}
