/** Security contexts of pods and containers. */
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isUserOrGroupId } from '../../../apimachinery/validation/names.ts';
import { checkComplaints, checkEach, checkOneOf, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkLocalDescendingPath } from './paths.ts';
import { checkWindowsOptions } from './windows-options.ts';
import { asInternal } from '../../validation/internal-value.ts';

const fsGroupChangePolicies = ['Always', 'OnRootMismatch'] as const;
/** MountOption comes with an alpha feature. */
const seLinuxChangePolicies = ['Recursive'] as const;
const supplementalGroupsPolicies = ['Merge', 'Strict'] as const;
const procMountTypes = ['Default', 'Unmasked'] as const;
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'] as const;

const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_NAME = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const SYSCTL_NAME_MAX_LENGTH = 253;
const sysctlPattern = new RegExp(SYSCTL_NAME);
/** PATH_MAX - 1. */
const APPARMOR_PROFILE_MAX_LENGTH = 4095;

/** `spec` has hostNetwork, hostIPC and hostPID, which upstream keeps in the security context. */
export function checkPodSecurityContext(spec: JsonObject, path: string, errors: Errors): void {
  if (!isSet(spec.securityContext)) return;
  const context = asObject(spec.securityContext);
  checkId(context.fsGroup, `${path}.fsGroup`, errors);
  checkId(context.runAsUser, `${path}.runAsUser`, errors);
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors);
  (Array.isArray(context.supplementalGroups) ? context.supplementalGroups : []).forEach((group, index) => {
    checkId(group, `${path}.supplementalGroups[${index}]`, errors);
  });
  if (spec.hostPID === true && spec.shareProcessNamespace === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, detail));
  }
  checkSysctls(context, spec, `${path}.sysctls`, errors);
  checkOptional(context.fsGroupChangePolicy, fsGroupChangePolicies, `${path}.fsGroupChangePolicy`, errors);
  checkSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  checkAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
  const groupsPath = `${path}.supplementalGroupsPolicy`;
  checkOptional(context.supplementalGroupsPolicy, supplementalGroupsPolicies, groupsPath, errors);
  checkOptional(context.seLinuxChangePolicy, seLinuxChangePolicies, `${path}.seLinuxChangePolicy`, errors);
}

function checkOptional(value: JsonValue | undefined, supported: readonly string[], path: string, errors: Errors): void {
  if (isSet(value)) checkOneOf(value, supported, path, errors);
}

function checkId(id: JsonValue | undefined, path: string, errors: Errors): void {
  if (isSet(id)) checkComplaints(id, isUserOrGroupId(asNumber(id)), path, errors);
}

function checkSysctls(context: JsonObject, spec: JsonObject, path: string, errors: Errors): void {
  const seen = new Set<string>();
  checkEach(context.sysctls, path, (sysctl, itemPath) => {
    const name = asText(sysctl.name);
    const namePath = `${itemPath}.name`;
    if (checkRequired(name, namePath, errors)) {
      if (name.length > SYSCTL_NAME_MAX_LENGTH || !sysctlPattern.test(name)) {
        const detail = `must have at most ${SYSCTL_NAME_MAX_LENGTH} characters and match regex ${SYSCTL_NAME}`;
        errors.push(invalid(namePath, name, detail));
      } else if (seen.has(name)) {
        errors.push(duplicate(namePath, name));
      }
    }
    const group = sysctlGroup(name);
    if (spec.hostNetwork === true && group === 'net') {
      errors.push(invalid(namePath, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && group === 'ipc') {
      errors.push(invalid(namePath, name, "may not be specified when 'hostIPC' is true"));
    }
    seen.add(name);
  });
}

/** The Linux namespace that a sysctl belongs to. */
function sysctlGroup(name: string): 'ipc' | 'net' | undefined {
  const first = name.search(/[./]/);
  const dotted = first >= 0 && name[first] === '/' ? name.replace(/[./]/g, (char) => (char === '/' ? '.' : '/')) : name;
  if (dotted === 'kernel.sem' || /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(dotted)) return 'ipc';
  return dotted.startsWith('net.') ? 'net' : undefined;
}

export function checkSeccompProfile(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(value)) return;
  const profile = asObject(value);
  const type = asText(profile.type);
  if (checkRequired(type, `${path}.type`, errors, 'type is required when seccompProfile is set')) {
    checkOneOf(type, profileTypes, `${path}.type`, errors);
  }
  const file = `${path}.localhostProfile`;
  if (type === 'Localhost') {
    if (isSet(profile.localhostProfile)) checkLocalDescendingPath(asText(profile.localhostProfile), file, errors);
    else errors.push(required(file, 'must be set when seccomp type is Localhost'));
  } else if (isSet(profile.localhostProfile)) {
    const shown = { Type: type, LocalhostProfile: profile.localhostProfile };
    errors.push(invalid(file, shown, 'can only be set when seccomp type is Localhost'));
  }
}

export function checkAppArmorProfile(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(value)) return;
  const profile = asObject(value);
  const type = asText(profile.type);
  const file = `${path}.localhostProfile`;
  if (type === '') errors.push(required(`${path}.type`, 'type is required when appArmorProfile is set'));
  else if (type === 'Localhost') checkAppArmorFile(profile.localhostProfile, file, errors);
  else if (!profileTypes.some((known) => known === type)) {
    errors.push(notSupported(`${path}.type`, type, profileTypes));
  } else if (isSet(profile.localhostProfile)) {
    errors.push(invalid(file, profile.localhostProfile, 'can only be set when AppArmor type is Localhost'));
  }
}

function checkAppArmorFile(value: JsonValue | undefined, path: string, errors: Errors): void {
  const name = asText(value);
  const missing = 'must be set when AppArmor type is Localhost';
  if (!isSet(value)) {
    errors.push(required(path, missing));
    return;
  }
  if (name.trim() !== name) errors.push(invalid(path, name, 'must not be padded with whitespace'));
  else if (name === '') errors.push(required(path, missing));
  if (Buffer.byteLength(name) > APPARMOR_PROFILE_MAX_LENGTH) errors.push(tooLong(path, APPARMOR_PROFILE_MAX_LENGTH));
}

/** `hostUsers`: the pod shares the host's user namespace. */
export function checkContainerSecurityContext(
  value: JsonValue | undefined,
  hostUsers: boolean,
  path: string,
  errors: Errors,
): void {
  if (!isSet(value)) return;
  const context = asObject(value);
  checkId(context.runAsUser, `${path}.runAsUser`, errors);
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors);
  if (isSet(context.procMount)) {
    checkOneOf(context.procMount, procMountTypes, `${path}.procMount`, errors);
    if (hostUsers && context.procMount === 'Unmasked') {
      errors.push(invalid(`${path}.procMount`, 'Unmasked', '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  checkSeccompProfile(context.seccompProfile, `${path}.seccompProfile`, errors);
  if (context.allowPrivilegeEscalation === false) {
    const shown = asInternal('core.SecurityContext', context);
    const contradiction = 'cannot set `allowPrivilegeEscalation` to false and';
    if (context.privileged === true) errors.push(invalid(path, shown, `${contradiction} \`privileged\` to true`));
    for (const capability of asTexts(asObject(context.capabilities).add)) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      errors.push(invalid(path, shown, `${contradiction} \`capabilities.Add\` CAP_SYS_ADMIN`));
    }
  }
  checkWindowsOptions(context.windowsOptions, `${path}.windowsOptions`, errors);
  checkAppArmorProfile(context.appArmorProfile, `${path}.appArmorProfile`, errors);
}

/** Every container of a pod with its path, in upstream's order. */
export function allContainers(spec: JsonObject, path: string): readonly (readonly [JsonObject, string])[] {
  const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  return lists.flatMap((list) =>
    asObjects(spec[list]).map((container, index) => [container, `${path}.${list}[${index}]`] as const),
  );
}

/** What a pod without the host's user namespace may not share with it either. */
export function checkHostUsers(spec: JsonObject, path: string, errors: Errors): void {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, detail));
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, detail));
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, detail));
  for (const [container, containerPath] of allContainers(spec, path)) {
    if (asObjects(container.volumeDevices).length > 0) errors.push(forbidden(`${containerPath}.volumeDevices`, detail));
  }
}
