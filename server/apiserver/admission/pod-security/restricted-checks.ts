/** Checks of the restricted level: what a hardened pod leaves away or states. */
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { namesOf, plural, type PodCheck, quoted, setters, sorted } from './checked-pod.ts';

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;

export const allowPrivilegeEscalation: PodCheck = ({ containers }) => {
  const bad = containers.filter(({ securityContext }) => securityContext.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${namesOf(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
};

export const capabilitiesRestricted: PodCheck = ({ containers }) => {
  const added = ({ capabilities }: JsonObject) =>
    asTexts(asObject(capabilities).add).filter((capability) => capability !== 'NET_BIND_SERVICE');
  const keeping = containers.filter(
    ({ securityContext }) => !asTexts(asObject(securityContext.capabilities).drop).includes('ALL'),
  );
  const adding = containers.filter(({ securityContext }) => added(securityContext).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) details.push(`${namesOf(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  if (adding.length > 0) {
    const names = quoted(sorted(adding.flatMap(({ securityContext }) => added(securityContext))));
    details.push(`${namesOf(adding)} must not include ${names} in securityContext.capabilities.add`);
  }
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
};

export const restrictedVolumes: PodCheck = ({ spec }) => {
  const bad = asObjects(spec.volumes).filter((volume) => !allowedVolumes.some((source) => isSet(volume[source])));
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map((volume) => Object.keys(volume).find((field) => field !== 'name') ?? 'unknown'));
  const names = `${plural('volume', 'volumes', bad.length)} ${quoted(bad.map(({ name }) => asText(name)))}`;
  const what = plural('restricted volume type', 'restricted volume types', types.length);
  return {
    reason: 'restricted volume types',
    detail: `${names} ${plural('uses', 'use', bad.length)} ${what} ${quoted(types)}`,
  };
};

export const runAsNonRoot: PodCheck = ({ securityContext, containers }) => {
  const denies = ({ runAsNonRoot: value }: JsonObject) => isSet(value) && value !== true;
  const reason = 'runAsNonRoot != true';
  const who = setters(
    denies(securityContext),
    containers.filter((container) => denies(container.securityContext)),
  );
  if (who !== undefined) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  if (securityContext.runAsNonRoot === true) return undefined;
  const silent = containers.filter((container) => !isSet(container.securityContext.runAsNonRoot));
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${namesOf(silent)} must set securityContext.runAsNonRoot=true` };
};

export const runAsUser: PodCheck = ({ securityContext, containers }) => {
  const isRoot = ({ runAsUser: user }: JsonObject) => isSet(user) && asNumber(user) === 0;
  const who = setters(
    isRoot(securityContext),
    containers.filter((container) => isRoot(container.securityContext)),
  );
  return who === undefined ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};
