/** Windows' part of security contexts, and what pods for one operating system may not ask of the other. */
import { forbidden, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isDns1123Subdomain } from '../../../apimachinery/validation/names.ts';
import { checkComplaints, checkTypedComplaints, type Errors } from '../../validation/checks.ts';

const GMSA_SPEC_MAX_KIB = 64;
const DOMAIN_MAX_LENGTH = 256;
const USER_MAX_LENGTH = 104;

const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export function checkWindowsOptions(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (!isSet(value)) return;
  const options = asObject(value);
  if (isSet(options.gmsaCredentialSpecName)) {
    const name = asText(options.gmsaCredentialSpecName);
    checkTypedComplaints(name, isDns1123Subdomain(name), `${path}.gmsaCredentialSpecName`, errors);
  }
  if (isSet(options.gmsaCredentialSpec)) {
    const spec = asText(options.gmsaCredentialSpec);
    const complaints =
      spec === ''
        ? ['gmsaCredentialSpec cannot be an empty string']
        : Buffer.byteLength(spec) > GMSA_SPEC_MAX_KIB * 1024
          ? [`gmsaCredentialSpec size must be under ${GMSA_SPEC_MAX_KIB} KiB`]
          : [];
    checkComplaints(spec, complaints, `${path}.gmsaCredentialSpec`, errors);
  }
  if (isSet(options.runAsUserName)) {
    const name = asText(options.runAsUserName);
    checkTypedComplaints(name, userNameComplaints(name), `${path}.runAsUserName`, errors);
  }
}

/** "user" or "DOMAIN\user". */
function userNameComplaints(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [domain, user] = parts.length === 1 ? [undefined, name] : [parts[0] ?? '', parts[1] ?? ''];
  const complaints: string[] = [];
  if (domain !== undefined && domain.length >= DOMAIN_MAX_LENGTH) {
    complaints.push(`runAsUserName's Domain length must be under ${DOMAIN_MAX_LENGTH} characters`);
  }
  if (domain !== undefined && !netBiosName.test(domain) && !dnsName.test(domain)) {
    complaints.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') complaints.push("runAsUserName's User cannot be empty");
  else if (user.length > USER_MAX_LENGTH) {
    complaints.push(`runAsUserName's User length must not be longer than ${USER_MAX_LENGTH} characters`);
  }
  if (/^[. ]+$/.test(user)) complaints.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    complaints.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return complaints;
}

type Containers = readonly (readonly [JsonObject, string])[];

/** A pod is either all HostProcess containers or none. */
export function checkHostProcess(spec: JsonObject, containers: Containers, path: string, errors: Errors): void {
  const ofPod = hostProcessOf(spec);
  let count = 0;
  for (const [container, containerPath] of containers) {
    const own = hostProcessOf(container);
    if (isSet(ofPod) && isSet(own) && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${String(ofPod)}`;
      errors.push(invalid(`${containerPath}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if ((own ?? ofPod) === true) count++;
  }
  if (count === 0) return;
  if (count !== containers.length) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', detail));
  }
  if (spec.hostNetwork !== true) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${path}.hostNetwork`, false, detail));
  }
}

function hostProcessOf(holder: JsonObject): JsonValue | undefined {
  return asObject(asObject(holder.securityContext).windowsOptions).hostProcess ?? undefined;
}

export function checkLinuxPod(spec: JsonObject, containers: Containers, path: string, errors: Errors): void {
  for (const [holder, holderPath] of [[spec, path] as const, ...containers]) {
    if (!isSet(asObject(holder.securityContext).windowsOptions)) continue;
    const detail = 'windows options cannot be set for a linux pod';
    errors.push(forbidden(`${holderPath}.securityContext.windowsOptions`, detail));
  }
}

const linuxOnlyOfPod = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
] as const;
const linuxOnlyOfContainer = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

export function checkWindowsPod(spec: JsonObject, containers: Containers, path: string, errors: Errors): void {
  const detail = 'cannot be set for a windows pod';
  for (const field of linuxOnlyOfPod) {
    const inContext = field.startsWith('securityContext.');
    const value = inContext
      ? asSent(asObject(spec.securityContext), field.slice('securityContext.'.length))
      : spec[field];
    const isFlag = field === 'hostPID' || field === 'hostIPC';
    const set = isFlag ? value === true : field.endsWith('sysctls') ? asList(value).length > 0 : isSet(value);
    if (set) errors.push(forbidden(`${path}.${field}`, detail));
  }
  for (const [container, containerPath] of containers) {
    const context = asObject(container.securityContext);
    for (const field of linuxOnlyOfContainer) {
      if (isSet(context[field])) errors.push(forbidden(`${containerPath}.securityContext.${field}`, detail));
    }
  }
}
