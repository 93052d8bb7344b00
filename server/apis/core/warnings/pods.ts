/** Warnings about pods and pod templates: what is deprecated, ignored or probably not meant. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isDns1123Label } from '../../../apimachinery/validation/names.ts';
import { ipWarnings } from '../../validation/ip.ts';
import { appArmorAnnotationPrefix, appArmorProfileOf } from '../app-armor.ts';
import { allContainers } from '../validation/security-context.ts';
import { claimSpecWarnings, fractionWarnings } from './claims.ts';
import {
  nodeLabelDeprecation,
  nodeLabelMapWarnings,
  nodeSelectorTermsWarnings,
  nodeSelectorTermWarnings,
} from './node-labels.ts';
import { type PlacedContainer, portWarnings } from './port-definitions.ts';
import { overlappingPathWarnings } from './volume-paths.ts';

const byteAmounts = ['memory', 'ephemeral-storage'] as const;
const seccompPodAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const noSelector = 'a null labelSelector results in matching no pod';

const annotations: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];

const volumePlugins: readonly (readonly [field: string, shownAs: string, warning: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['ephemeral', 'ephemeral', ''],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function podWarnings(pod: KubeObject): string[] {
  return [...nameWarnings(pod, "the Pod's hostname"), ...specWarnings(asObject(pod.spec), asObject(pod.metadata), '')];
}

/** Of the objects whose pods take their name from them. */
export function podNameWarnings(object: KubeObject): string[] {
  return nameWarnings(object, 'Pod names and hostnames');
}

/** `path` is that of the template: "spec.template". */
export function podTemplateWarnings(template: JsonValue | undefined, path: string): string[] {
  const { spec, metadata } = asObject(template);
  return specWarnings(asObject(spec), asObject(metadata), `${path}.`);
}

function nameWarnings(object: KubeObject, use: string): string[] {
  const complaints = isDns1123Label(object.metadata.name ?? '');
  if (complaints.length === 0) return [];
  const advice = `this is used in ${use}, which can result in surprising behavior; a DNS label is recommended`;
  return [`metadata.name: ${advice}: [${complaints.join(' ')}]`];
}

/** `prefix` is empty for pods, else the template's path and a dot. */
function specWarnings(spec: JsonObject, metadata: JsonObject, prefix: string): string[] {
  const path = `${prefix}spec`;
  const annotationsPath = `${prefix}metadata.annotations`;
  const known = asObject(metadata.annotations);
  const containers = allContainers(spec, path);
  return [
    ...nodeLabelMapWarnings(spec.nodeSelector, (label) => `${path}.nodeSelector[${label}]`),
    ...nodeAffinityWarnings(asObject(asObject(spec.affinity).nodeAffinity), `${path}.affinity.nodeAffinity`),
    ...topologyWarnings(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...annotations
      .filter(([key]) => Object.hasOwn(known, key))
      .map(([key, warning]) => `${annotationsPath}[${key}]: ${warning}`),
    ...asObjects(spec.volumes).flatMap((volume, index) => volumeWarnings(volume, `${path}.volumes[${index}]`)),
    ...overlappingPathWarnings(spec.volumes),
    ...duplicateWarnings(spec.hostAliases, 'ip', `${path}.hostAliases`),
    ...duplicateWarnings(spec.imagePullSecrets, 'name', `${path}.imagePullSecrets`),
    ...emptyNameWarnings(spec.imagePullSecrets, `${path}.imagePullSecrets`),
    ...fractionWarnings(spec.overhead, byteAmounts, `${path}.overhead`),
    ...seccompWarnings(spec, known, seccompPodAnnotation, annotationsPath),
    ...containers.flatMap((placed) => containerWarnings(placed, spec, known, { prefix, annotationsPath })),
    ...portWarnings(containers),
    ...gracePeriodWarnings(spec, path),
    ...podAffinityWarnings(asObject(spec.affinity), `${path}.affinity`),
    ...asTexts(asObject(spec.dnsConfig).nameservers).flatMap((address, index) =>
      ipWarnings(address, `${path}.dnsConfig.nameservers[${index}]`),
    ),
    ...asObjects(spec.hostAliases).flatMap(({ ip }, index) =>
      ipWarnings(asText(ip), `${path}.hostAliases[${index}].ip`),
    ),
  ];
}

function nodeAffinityWarnings(affinity: JsonObject, path: string): string[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const { nodeSelectorTerms } = asObject(affinity[required]);
  return [
    ...nodeSelectorTermsWarnings(nodeSelectorTerms, `${path}.${required}.nodeSelectorTerms`),
    ...asObjects(affinity[preferred]).flatMap(({ preference }, index) =>
      nodeSelectorTermWarnings(asObject(preference), `${path}.${preferred}[${index}].preference`, true),
    ),
  ];
}

function topologyWarnings(constraints: JsonValue | undefined, path: string): string[] {
  return asObjects(constraints).flatMap(({ topologyKey, labelSelector }, index) => {
    const itemPath = `${path}[${index}]`;
    const deprecation = nodeLabelDeprecation(asText(topologyKey));
    return [
      ...(deprecation === undefined ? [] : [`${itemPath}.topologyKey: ${asText(topologyKey)} is ${deprecation}`]),
      ...(isSet(labelSelector) ? [] : [`${itemPath}.labelSelector: ${noSelector}`]),
    ];
  });
}

function volumeWarnings(volume: JsonObject, path: string): string[] {
  return volumePlugins.flatMap(([field, shownAs, warning]) => {
    if (!isSet(volume[field])) return [];
    if (field !== 'ephemeral') return [`${path}.${shownAs}: ${warning}`];
    const { volumeClaimTemplate } = asObject(volume.ephemeral);
    return claimSpecWarnings(
      asObject(asObject(volumeClaimTemplate).spec),
      `${path}.ephemeral.volumeClaimTemplate.spec`,
    );
  });
}

function duplicateWarnings(list: JsonValue | undefined, field: string, path: string): string[] {
  const seen = new Set<string>();
  return asObjects(list).flatMap((item, index) => {
    const value = asText(item[field]);
    const isNew = !seen.has(value);
    seen.add(value);
    return isNew ? [] : [`${path}[${index}].${field}: duplicate ${field} ${goQuote(value)}`];
  });
}

function emptyNameWarnings(list: JsonValue | undefined, path: string): string[] {
  return asObjects(list).flatMap(({ name }, index) =>
    asText(name) === '' ? [`${path}[${index}].name: invalid empty name ""`] : [],
  );
}

function seccompWarnings(owner: JsonObject, known: JsonObject, annotation: string, path: string): string[] {
  if (isSet(asObject(owner.securityContext).seccompProfile) || !Object.hasOwn(known, annotation)) return [];
  return [`${path}[${annotation}]: non-functional in v1.27+; use the "seccompProfile" field instead`];
}

function containerWarnings(
  [container, path]: PlacedContainer,
  spec: JsonObject,
  known: JsonObject,
  { prefix, annotationsPath }: { readonly prefix: string; readonly annotationsPath: string },
): string[] {
  const { limits, requests } = asObject(container.resources);
  const amounts = byteAmounts.flatMap((name) => [
    ...fractionWarnings(limits, [name], `${path}.resources.limits`),
    ...fractionWarnings(requests, [name], `${path}.resources.requests`),
  ]);
  return [
    ...seccompWarnings(container, known, seccompContainerPrefix + asText(container.name), annotationsPath),
    ...appArmorWarnings(container, spec, known, { isPod: prefix === '', path: annotationsPath }),
    ...amounts,
    ...hiddenVariableWarnings(container.env, `${path}.env`),
  ];
}

/** A pod's annotation has become a field by now, unless it could not. */
function appArmorWarnings(
  container: JsonObject,
  spec: JsonObject,
  known: JsonObject,
  { isPod, path }: { readonly isPod: boolean; readonly path: string },
): string[] {
  const key = appArmorAnnotationPrefix + asText(container.name);
  if (!Object.hasOwn(known, key)) return [];
  const profile = appArmorProfileOf(asText(known[key]));
  const { appArmorProfile: own } = asObject(container.securityContext);
  const { appArmorProfile: ofPod } = asObject(spec.securityContext);
  const isCovered = profile !== undefined && isSet(ofPod) && semanticallyEqual(profile, ofPod);
  const warns = isPod ? !isCovered && (!isSet(own) || semanticallyEqual(own, profile)) : !isCovered && !isSet(own);
  return warns ? [`${path}[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`] : [];
}

/** A later definition may build on the earlier one, but not replace it. */
function hiddenVariableWarnings(env: JsonValue | undefined, path: string): string[] {
  const seen = new Set<string>();
  return asObjects(env).flatMap(({ name: nameValue, value, valueFrom }, index) => {
    const name = asText(nameValue);
    const isNew = !seen.has(name);
    seen.add(name);
    if (isNew) return [];
    const reference = `$(${name})`;
    const builds = asText(value).includes(reference) && value !== reference && !isSet(valueFrom);
    if (builds) return [];
    const consequence = 'which may be dropped when using apply';
    return [`${path}[${index}]: hides previous definition of ${goQuote(name)}, ${consequence}`];
  });
}

function gracePeriodWarnings(spec: JsonObject, path: string): string[] {
  if (asNumber(spec.terminationGracePeriodSeconds) >= 0) return [];
  return [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`];
}

function podAffinityWarnings(affinity: JsonObject, path: string): string[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
    const terms = asObject(affinity[kind]);
    const warn = (term: JsonObject, itemPath: string): string[] =>
      isSet(term.labelSelector) ? [] : [`${itemPath}.labelSelector: ${noSelector}`];
    return [
      ...asObjects(terms[required]).flatMap((term, index) => warn(term, `${path}.${kind}.${required}[${index}]`)),
      ...asObjects(terms[preferred]).flatMap(({ podAffinityTerm }, index) =>
        warn(asObject(podAffinityTerm), `${path}.${kind}.${preferred}[${index}].podAffinityTerm`),
      ),
    ];
  });
}
