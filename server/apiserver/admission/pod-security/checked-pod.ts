/** A pod as the checks see it, and the wording that their findings share. */
import { asBoolean, asObject, asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { ObjectMeta } from '../../../apimachinery/meta/object.ts';

export interface CheckedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  readonly securityContext: JsonObject;
  /** Init, ordinary and ephemeral ones. */
  readonly containers: readonly CheckedContainer[];
  readonly isWindows: boolean;
  /** Root in the pod is nobody outside. */
  readonly hasUserNamespace: boolean;
}

export interface CheckedContainer {
  readonly name: string;
  readonly fields: JsonObject;
  readonly securityContext: JsonObject;
}

export interface Finding {
  /** Short, without names: what pods of one kind have in common. */
  readonly reason: string;
  readonly detail: string;
}

export type PodCheck = (pod: CheckedPod) => Finding | undefined;

export function checkedPod(metadata: ObjectMeta, spec: JsonObject): CheckedPod {
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]),
  );
  return {
    annotations: metadata.annotations ?? {},
    spec,
    securityContext: asObject(spec.securityContext),
    containers: containers.map((fields) => ({
      name: asText(fields.name),
      fields,
      securityContext: asObject(fields.securityContext),
    })),
    isWindows: asObject(spec.os).name === 'windows',
    hasUserNamespace: isSet(spec.hostUsers) && !asBoolean(spec.hostUsers),
  };
}

export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

export function quoted(items: Iterable<string>): string {
  return [...items].map((item) => `"${item}"`).join(', ');
}

/** `container "a"`, `containers "a", "b"`. */
export function namesOf(containers: readonly CheckedContainer[]): string {
  return `${plural('container', 'containers', containers.length)} ${quoted(containers.map(({ name }) => name))}`;
}

/** `pod and container "a"`; undefined: nobody. */
export function setters(pod: boolean, containers: readonly CheckedContainer[]): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [namesOf(containers)] : [])];
  return all.length === 0 ? undefined : all.join(' and ');
}

export function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
