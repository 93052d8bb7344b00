/** Checks of seccomp profiles, which both levels have: baseline forbids to switch them off, restricted asks for one. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import {
  type CheckedPod,
  type Finding,
  namesOf,
  plural,
  type PodCheck,
  quoted,
  setters,
  sorted,
} from './checked-pod.ts';

const podAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const containerAnnotation = 'container.seccomp.security.alpha.kubernetes.io/';
const reason = 'seccompProfile';

/** Before 1.19 profiles were annotations. */
export const seccompAnnotations: PodCheck = ({ annotations, containers }) => {
  const keys = [podAnnotation, ...containers.map(({ name }) => containerAnnotation + name)];
  const forbidden = sorted(
    keys.flatMap((key) => {
      const value = Object.hasOwn(annotations, key) ? (annotations[key] ?? '') : undefined;
      return value === undefined || isAllowedAnnotation(value) ? [] : [`${key}=${goQuote(value)}`];
    }),
  );
  if (forbidden.length === 0) return undefined;
  const what = plural('annotation', 'annotations', forbidden.length);
  return { reason, detail: `forbidden ${what} ${forbidden.join(', ')}` };
};

export const seccompBaseline: PodCheck = (pod) => switchedOff(pod);

export const seccompRestricted: PodCheck = (pod) => {
  const off = switchedOff(pod);
  if (off !== undefined || isSet(pod.securityContext.seccompProfile)) return off;
  const silent = pod.containers.filter(({ securityContext }) => !isSet(securityContext.seccompProfile));
  if (silent.length === 0) return undefined;
  const what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason, detail: `pod or ${namesOf(silent)} ${what}` };
};

function switchedOff({ securityContext, containers }: CheckedPod): Finding | undefined {
  const bad = containers.filter((container) => badType(container.securityContext) !== undefined);
  const who = setters(badType(securityContext) !== undefined, bad);
  if (who === undefined) return undefined;
  const contexts = [securityContext, ...bad.map((container) => container.securityContext)];
  const types = sorted(contexts.flatMap((context) => badType(context) ?? []));
  return { reason, detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(types)}` };
}

function badType({ seccompProfile }: JsonObject): string | undefined {
  if (!isSet(seccompProfile)) return undefined;
  const type = asText(asObject(seccompProfile).type);
  return type === 'Localhost' || type === 'RuntimeDefault' ? undefined : type;
}

function isAllowedAnnotation(value: string): boolean {
  return value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
}
