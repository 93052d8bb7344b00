/** What a pod's volumes hold: files made from the API, read when a container reads them; and whether all that they need is there. */
import type { Mount, VolumeContent } from '../../backends/runtime/interface.ts';
import type { Container, Pod, PodSpec } from '../client/api-types.ts';
import { fieldValue, type PodFacts, resourceValue } from './downward-api.ts';
import { expandVariables } from './environment.ts';
import type { References } from './references.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];
type Files = Map<string, Uint8Array>;
type Items = ReadonlyArray<{ readonly key: string; readonly path: string }> | undefined;

export interface VolumeParts {
  readonly facts: () => PodFacts;
  readonly references: References;
  readonly token: (request: { readonly audience?: string; readonly expirationSeconds?: number }) => Promise<string>;
}

/** Message of the first thing that is missing; undefined: the pod can start. */
export async function missingReference(pod: Pod, references: References): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? '';
  for (const volume of pod.spec?.volumes ?? []) {
    for (const { kind, name, optional } of referencesOf(volume)) {
      if (optional || (await references.data(kind, namespace, name)) !== undefined) continue;
      return `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${kind} ${JSON.stringify(name)} not found`;
    }
  }
  return undefined;
}

interface Reference {
  readonly kind: 'configmap' | 'secret';
  readonly name: string;
  readonly optional: boolean;
}

function referencesOf({ configMap, secret, projected }: Volume): Reference[] {
  const found: Reference[] = [];
  const add = (kind: Reference['kind'], name: string | undefined, optional: boolean | undefined) =>
    found.push({ kind, name: name ?? '', optional: optional === true });
  if (configMap !== undefined) add('configmap', configMap.name, configMap.optional);
  if (secret !== undefined) add('secret', secret.secretName, secret.optional);
  for (const source of projected?.sources ?? []) {
    if (source.configMap !== undefined) add('configmap', source.configMap.name, source.configMap.optional);
    if (source.secret !== undefined) add('secret', source.secret.name, source.secret.optional);
  }
  return found;
}

export function mountsOf(
  container: Container,
  pod: Pod,
  parts: VolumeParts,
  env: ReadonlyMap<string, string>,
): Mount[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath, subPath = '', subPathExpr, readOnly }) => {
    const volume = pod.spec?.volumes?.find((candidate) => candidate.name === name);
    return {
      name,
      path: mountPath.length > 1 ? mountPath.replace(/\/+$/, '') : mountPath,
      subPath: subPathExpr === undefined ? subPath : expandVariables(subPathExpr, env),
      readOnly: readOnly === true,
      volume: volume === undefined ? { name } : contentOf(volume, container.name, parts),
    };
  });
}

function contentOf(volume: Volume, container: string, parts: VolumeParts): VolumeContent {
  const { name, configMap, secret, downwardAPI, projected } = volume;
  if (configMap === undefined && secret === undefined && downwardAPI === undefined && projected === undefined)
    return { name };
  const files = async (): Promise<Files> => {
    const into: Files = new Map();
    if (configMap !== undefined) await addKeys(into, 'configmap', configMap.name, configMap.items, parts);
    if (secret !== undefined) await addKeys(into, 'secret', secret.secretName, secret.items, parts);
    if (downwardAPI !== undefined) addFields(into, downwardAPI.items, container, parts);
    for (const source of projected?.sources ?? []) {
      if (source.configMap !== undefined)
        await addKeys(into, 'configmap', source.configMap.name, source.configMap.items, parts);
      if (source.secret !== undefined) await addKeys(into, 'secret', source.secret.name, source.secret.items, parts);
      if (source.downwardAPI !== undefined) addFields(into, source.downwardAPI.items, container, parts);
      const { serviceAccountToken } = source;
      if (serviceAccountToken !== undefined)
        into.set(serviceAccountToken.path, Buffer.from(await parts.token(serviceAccountToken)));
    }
    return into;
  };
  return { name, files };
}

async function addKeys(
  into: Files,
  kind: Reference['kind'],
  name: string | undefined,
  items: Items,
  { facts, references }: VolumeParts,
): Promise<void> {
  const data = await references.data(kind, facts().pod.metadata.namespace ?? '', name ?? '');
  for (const [key, value] of data ?? []) {
    const path = items === undefined ? key : items.find((item) => item.key === key)?.path;
    if (path !== undefined) into.set(path, value);
  }
}

type FieldItems = NonNullable<Volume['downwardAPI']>['items'];

function addFields(into: Files, items: FieldItems, container: string, { facts }: VolumeParts): void {
  for (const { path, fieldRef, resourceFieldRef } of items ?? []) {
    const value =
      fieldRef === undefined
        ? resourceFieldRef && resourceValue(resourceFieldRef, container, facts())
        : fieldValue(fieldRef.fieldPath, facts());
    into.set(path, Buffer.from(value ?? ''));
  }
}
