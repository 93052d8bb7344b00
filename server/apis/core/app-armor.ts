/** AppArmor profiles in annotations, their form before there were fields. */
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';

/** Followed by the name of the container. */
export const appArmorAnnotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const LOCALHOST = 'localhost/';

/** The field that says the same; undefined where none does. */
export function appArmorProfileOf(annotation: string): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = annotation.startsWith(LOCALHOST) ? annotation.slice(LOCALHOST.length) : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

/** Gives containers the profiles that only annotations state, unless the pod's own says the same. Mutates `pod`. */
export function copyAppArmorAnnotations(pod: KubeObject): void {
  const annotations = pod.metadata.annotations ?? {};
  const spec = asObject(pod.spec);
  if (asObject(spec.os).name === 'windows') return;
  const { appArmorProfile: ofPod } = asObject(spec.securityContext);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of asObjects(spec[list])) {
      const key = appArmorAnnotationPrefix + asText(container.name);
      if (!Object.hasOwn(annotations, key) || isSet(asObject(container.securityContext).appArmorProfile)) continue;
      const profile = appArmorProfileOf(annotations[key] ?? '');
      if (profile === undefined || !isValidProfile(profile) || semanticallyEqual(profile, ofPod)) continue;
      if (isJsonObject(container.securityContext)) container.securityContext.appArmorProfile = profile;
      else container.securityContext = { appArmorProfile: profile };
    }
  }
}

const MAX_PROFILE_LENGTH = 4095;

function isValidProfile({ localhostProfile }: JsonObject): boolean {
  const name = asText(localhostProfile);
  return name === name.trim() && name.length <= MAX_PROFILE_LENGTH;
}
