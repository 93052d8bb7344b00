/** Checks of the baseline level: what a pod could take over its node with. */
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { appArmorAnnotationPrefix } from '../../../apis/core/app-armor.ts';
import { namesOf, plural, type PodCheck, quoted, setters, sorted } from './checked-pod.ts';

const allowedCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const allowedAppArmorTypes = new Set(['RuntimeDefault', 'Localhost']);

export const appArmorProfile: PodCheck = ({ annotations, securityContext, containers }) => {
  const isBad = (context: JsonObject) =>
    isSet(context.appArmorProfile) && !allowedAppArmorTypes.has(typeOf(context.appArmorProfile));
  const bad = containers.filter((container) => isBad(container.securityContext));
  const who = setters(isBad(securityContext), bad);
  const types = [...(isBad(securityContext) ? [securityContext] : []), ...bad.map((its) => its.securityContext)];
  const forbidden = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(appArmorAnnotationPrefix) && !isAllowedAppArmorAnnotation(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`);
  if (who === undefined && forbidden.length === 0) return undefined;
  const values = [...sorted(types.map(({ appArmorProfile: profile }) => typeOf(profile))), ...sorted(forbidden)];
  const annotated = plural('annotation', 'annotations', forbidden.length);
  const all = [...(who === undefined ? [] : [who]), ...(forbidden.length === 0 ? [] : [annotated])];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${all.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

export const capabilitiesBaseline: PodCheck = ({ containers }) => {
  const forbidden = (context: JsonObject) =>
    asTexts(asObject(context.capabilities).add).filter((capability) => !allowedCapabilities.has(capability));
  const bad = containers.filter(({ securityContext }) => forbidden(securityContext).length > 0);
  if (bad.length === 0) return undefined;
  const added = sorted(bad.flatMap(({ securityContext }) => forbidden(securityContext)));
  const detail = `${namesOf(bad)} must not include ${quoted(added)} in securityContext.capabilities.add`;
  return { reason: 'non-default capabilities', detail };
};

export const hostNamespaces: PodCheck = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

export const hostPathVolumes: PodCheck = ({ spec }) => {
  const volumes = asObjects(spec.volumes).filter(({ hostPath }) => isSet(hostPath));
  if (volumes.length === 0) return undefined;
  const names = quoted(volumes.map(({ name }) => asText(name)));
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', volumes.length)} ${names}` };
};

export const hostPorts: PodCheck = ({ containers }) => {
  const portsOf = (fields: JsonObject) =>
    asObjects(fields.ports).flatMap(({ hostPort }) => (asNumber(hostPort) === 0 ? [] : [String(asNumber(hostPort))]));
  const bad = containers.filter(({ fields }) => portsOf(fields).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sorted(bad.flatMap(({ fields }) => portsOf(fields)));
  const what = `${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', ports.length)}`;
  return { reason: 'hostPort', detail: `${namesOf(bad)} ${what} ${ports.join(', ')}` };
};

/** A kubelet that probes some other host does so from within the cluster's network. */
export const hostProbesAndHostLifecycle: PodCheck = ({ containers }) => {
  const hostsOf = (fields: JsonObject) => {
    const lifecycle = asObject(fields.lifecycle);
    const handlers = [
      fields.livenessProbe,
      fields.readinessProbe,
      fields.startupProbe,
      lifecycle.postStart,
      lifecycle.preStop,
    ];
    return handlers
      .map(asObject)
      .flatMap(({ httpGet, tcpSocket }) => [asText(asObject(httpGet).host), asText(asObject(tcpSocket).host)])
      .filter((host) => host !== '');
  };
  const bad = containers.filter(({ fields }) => hostsOf(fields).length > 0);
  if (bad.length === 0) return undefined;
  const names = sorted(bad.map(({ name }) => name));
  const hosts = sorted(bad.flatMap(({ fields }) => hostsOf(fields)));
  const who = `${plural('container', 'containers', names.length)} ${quoted(names)} ${plural('uses', 'use', names.length)}`;
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return { reason: 'probe or lifecycle host', detail: `${who} ${what} ${quoted(hosts)}` };
};

export const privileged: PodCheck = ({ containers }) => {
  const bad = containers.filter(({ securityContext }) => securityContext.privileged === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${namesOf(bad)} must not set securityContext.privileged=true` };
};

export const procMount: PodCheck = ({ containers }) => {
  const bad = containers.filter(
    ({ securityContext }) => isSet(securityContext.procMount) && securityContext.procMount !== 'Default',
  );
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(({ securityContext }) => asText(securityContext.procMount)));
  return {
    reason: 'procMount',
    detail: `${namesOf(bad)} must not set securityContext.procMount to ${quoted(types)}`,
  };
};

export function seLinuxOptions(allowedTypes: readonly string[]): PodCheck {
  return ({ securityContext, containers }) => {
    const isBad = ({ seLinuxOptions: options }: JsonObject) => {
      const { type, user, role } = asObject(options);
      const isAllowed = asText(type) === '' || allowedTypes.includes(asText(type));
      return !isAllowed || asText(user) !== '' || asText(role) !== '';
    };
    const bad = containers.filter((container) => isBad(container.securityContext));
    const who = setters(isBad(securityContext), bad);
    if (who === undefined) return undefined;
    const contexts = [securityContext, ...containers.map((container) => container.securityContext)];
    const all = contexts.map(({ seLinuxOptions: options }) => asObject(options));
    const types = sorted(
      all.map(({ type }) => asText(type)).filter((type) => type !== '' && !allowedTypes.includes(type)),
    );
    const what = [
      ...(types.length === 0 ? [] : [`${plural('type', 'types', types.length)} ${quoted(types)}`]),
      ...(all.some(({ user }) => asText(user) !== '') ? ['user may not be set'] : []),
      ...(all.some(({ role }) => asText(role) !== '') ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
    };
  };
}

export function sysctls(allowed: readonly string[]): PodCheck {
  return ({ securityContext }) => {
    const names = asObjects(securityContext.sysctls).map(({ name }) => asText(name));
    const forbidden = names.filter((name) => !allowed.includes(name));
    return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
  };
}

export const windowsHostProcess: PodCheck = ({ securityContext, containers }) => {
  const isBad = ({ windowsOptions }: JsonObject) => asObject(windowsOptions).hostProcess === true;
  const who = setters(
    isBad(securityContext),
    containers.filter((container) => isBad(container.securityContext)),
  );
  if (who === undefined) return undefined;
  return { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
};

function typeOf(profile: JsonValue | undefined): string {
  return asText(asObject(profile).type);
}

function isAllowedAppArmorAnnotation(value: string): boolean {
  return value === '' || value === 'runtime/default' || value.startsWith('localhost/');
}
