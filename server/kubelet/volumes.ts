/** What a pod's volumes hold: files made from the API, read when a container reads them; and whether all that they need is there. */
import type { Mount, VolumeContent, VolumeFile } from '../../backends/runtime/interface.ts';
import { quantityValue } from '../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../apimachinery/quantity/quantity.ts';
import type { Container, Pod, PodSpec } from '../client/api-types.ts';
import { fieldValue, type PodFacts, resourceValue } from './downward-api.ts';
import { ContainerConfigError, expandVariables } from './environment.ts';
import type { References } from './references.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];
type Files = Map<string, VolumeFile>;
type Items = ReadonlyArray<{ readonly key: string; readonly path: string; readonly mode?: number }> | undefined;

/** Permission bits of files where nothing is said. */
const usualMode = 0o644;

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

/** Whether any volume is made of other objects. */
export function usesReferences({ spec }: Pod): boolean {
  return (spec?.volumes ?? []).some((volume) => referencesOf(volume).length > 0);
}

/** Whether any volume holds files that the API gives. */
export function hasGivenFiles({ spec }: Pod): boolean {
  return (spec?.volumes ?? []).some(
    ({ configMap, secret, downwardAPI, projected }) => (configMap ?? secret ?? downwardAPI ?? projected) !== undefined,
  );
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
      subPath: checkedSubPath(subPathExpr === undefined ? subPath : expandedSubPath(subPathExpr, env)),
      readOnly: readOnly === true,
      volume: volume === undefined ? { name, sharedBy: 'pod' } : contentOf(volume, container.name, parts),
    };
  });
}

/** @throws ContainerConfigError: it names what is not there, or is empty */
function expandedSubPath(text: string, env: ReadonlyMap<string, string>): string {
  const missing = new Set<string>();
  const expanded = expandVariables(text, {
    has: () => true,
    get(name) {
      const value = env.get(name) ?? '';
      if (value === '') missing.add(name);
      return value;
    },
  });
  if (missing.size > 0) throw new ContainerConfigError(`missing value for ${[...missing].toSorted().join(', ')}`);
  return expanded;
}

/** @throws ContainerConfigError: it leads out of the volume */
function checkedSubPath(subPath: string): string {
  if (subPath.startsWith('/'))
    throw new ContainerConfigError(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split('/').includes('..'))
    throw new ContainerConfigError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  return subPath;
}

function contentOf(volume: Volume, container: string, parts: VolumeParts): VolumeContent {
  const { name, configMap, secret, downwardAPI, projected, hostPath, persistentVolumeClaim, ephemeral } = volume;
  const { namespace = '', name: podName = '' } = parts.facts().pod.metadata;
  if (hostPath !== undefined) {
    const { path, type = '' } = hostPath;
    return { name: `host:${path}`, sharedBy: 'node', hostPath: { path, type } };
  }
  if (volume.image !== undefined) return { name, sharedBy: 'pod', image: volume.image.reference ?? '' };
  const claim = persistentVolumeClaim?.claimName ?? (ephemeral === undefined ? undefined : `${podName}-${name}`);
  // What was written stays for the next pod with the claim.
  if (claim !== undefined) return { name: `claim:${namespace}/${claim}`, sharedBy: 'all' };
  if ((configMap ?? secret ?? downwardAPI ?? projected) === undefined) {
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    return {
      name,
      sharedBy: 'pod',
      isMemory: medium === 'Memory',
      ...(sizeLimit === undefined ? {} : { sizeLimit: Number(quantityValue(parseQuantity(sizeLimit))) }),
    };
  }
  const { facts } = parts;
  const files = async (): Promise<Files> => {
    const into: Files = new Map();
    const gather = { into, parts, container };
    if (configMap !== undefined) await addKeys(gather, { kind: 'configmap', ...configMap });
    if (secret !== undefined) await addKeys(gather, { kind: 'secret', ...secret, name: secret.secretName });
    if (downwardAPI !== undefined) addFields(gather, downwardAPI);
    const { defaultMode } = projected ?? {};
    for (const source of projected?.sources ?? []) {
      if (source.configMap !== undefined)
        await addKeys(gather, { kind: 'configmap', defaultMode, ...source.configMap });
      if (source.secret !== undefined) await addKeys(gather, { kind: 'secret', defaultMode, ...source.secret });
      if (source.downwardAPI !== undefined) addFields(gather, { defaultMode, ...source.downwardAPI });
      const { serviceAccountToken: token } = source;
      if (token === undefined) continue;
      into.set(token.path, {
        content: Buffer.from(await parts.token(token)),
        ...tokenAccess(facts().pod, defaultMode),
      });
    }
    return into;
  };
  return { name, sharedBy: 'pod', files };
}

/** Where all containers are one user, tokens are theirs alone; where the volume has a group, its as well. Source: upstream's projected volumes. */
function tokenAccess({ spec }: Pod, mode = usualMode): { readonly mode: number; readonly owner?: number } {
  const { fsGroup, runAsUser } = spec?.securityContext ?? {};
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const users = new Set(all.map(({ securityContext }) => securityContext?.runAsUser ?? runAsUser));
  const [user] = users;
  if (users.size === 1 && user !== undefined) return { mode: 0o600, owner: user };
  return { mode: fsGroup === undefined ? mode : 0o600 };
}

interface Gather {
  readonly into: Files;
  readonly parts: VolumeParts;
  readonly container: string;
}

interface Keys {
  readonly kind: Reference['kind'];
  readonly name?: string | undefined;
  readonly items?: Items;
  readonly defaultMode?: number | undefined;
}

async function addKeys(
  { into, parts }: Gather,
  { kind, name = '', items, defaultMode = usualMode }: Keys,
): Promise<void> {
  const { facts, references } = parts;
  const data = await references.data(kind, facts().pod.metadata.namespace ?? '', name);
  for (const [key, content] of data ?? []) {
    const item = items?.find((candidate) => candidate.key === key);
    if (items === undefined || item !== undefined)
      into.set(item?.path ?? key, { content, mode: item?.mode ?? defaultMode });
  }
}

interface Fields {
  readonly items?: NonNullable<Volume['downwardAPI']>['items'];
  readonly defaultMode?: number | undefined;
}

function addFields({ into, parts, container }: Gather, { items, defaultMode = usualMode }: Fields): void {
  const facts = parts.facts();
  for (const { path, fieldRef, resourceFieldRef, mode = defaultMode } of items ?? []) {
    const ofResource = resourceFieldRef === undefined ? undefined : resourceValue(resourceFieldRef, container, facts);
    const value = fieldRef === undefined ? ofResource : fieldValue(fieldRef.fieldPath, facts);
    into.set(path, { content: Buffer.from(value ?? ''), mode });
  }
}
