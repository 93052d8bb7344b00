/** The discovery documents: /api, /apis, one per group and version, and the aggregated forms. Built once from what is served. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../apimachinery/json.ts';
import { apiVersionOf } from '../../apimachinery/meta/object.ts';
import type {
  ResourceDefinition,
  ResourceVersionDefinition,
  SubresourceDefinition,
} from '../registry/generic/resource-definition.ts';
import { rankOf, type ServedGroup, type ServedVersion, usualVerbs } from './served-groups.ts';

export function apiVersions(serverAddress: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

export function apiGroupList(groups: readonly ServedGroup[]): JsonObject {
  const named = groups.filter(({ group }) => group !== '').toSorted(inListedOrder);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupEntry) };
}

/** Where aggregated discovery goes by the names of groups, this list goes by those of their APIServices. */
function inListedOrder(a: ServedGroup, b: ServedGroup): number {
  return rankOf(b) - rankOf(a) || (firstService(a) < firstService(b) ? -1 : 1);
}

function firstService({ group, versions }: ServedGroup): string {
  return versions.map(({ version }) => `${version}.${group}`).reduce((first, name) => (name < first ? name : first));
}

export function apiGroup(group: ServedGroup): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function groupEntry({ group, versions }: ServedGroup): JsonObject {
  const entries = versions.map(({ version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  return {
    name: group,
    versions: entries,
    ...(entries[0] === undefined ? {} : { preferredVersion: { ...entries[0] } }),
  };
}

export function apiResourceList(group: string, served: ServedVersion): JsonObject {
  const resources = served.resources.flatMap(({ definition, version }) => [
    resourceEntry(definition, version),
    ...(definition.subresources ?? []).map((subresource) => subresourceEntry(definition, subresource)),
  ]);
  const groupVersion = apiVersionOf({ group, version: served.version });
  return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion, resources };
}

function resourceEntry(definition: ResourceDefinition, _version: ResourceVersionDefinition): JsonObject {
  const { resource, singular, namespaced, kind, shortNames, categories } = definition;
  const hash = storageVersionHash(definition);
  return {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs: listedVerbsOf(definition),
    ...(shortNames === undefined ? {} : { shortNames: [...shortNames] }),
    ...(categories === undefined ? {} : { categories: [...categories] }),
    ...(hash === undefined ? {} : { storageVersionHash: hash }),
  };
}

function listedVerbsOf({ listedVerbs, verbs }: ResourceDefinition): string[] {
  return [...(listedVerbs ?? verbs ?? usualVerbs)];
}

function subresourceEntry(definition: ResourceDefinition, subresource: SubresourceDefinition): JsonObject {
  const { kind } = subresource;
  const foreign = kind !== undefined && (kind.group !== definition.group || kind.group === 'autoscaling');
  return {
    name: `${definition.resource}/${subresource.name}`,
    singularName: '',
    namespaced: definition.namespaced,
    ...(foreign ? { group: kind.group, version: kind.version } : {}),
    kind: kind?.kind ?? definition.kind,
    verbs: [...subresource.verbs],
  };
}

/** Tells clients when the stored form changed. Source: apiserver discovery.StorageVersionHash. */
function storageVersionHash(definition: ResourceDefinition): string | undefined {
  const storage = definition.versions.find((version) => version.storage === true);
  const own = storage === undefined ? undefined : `${definition.group}/${storage.version}/${definition.kind}`;
  const name = definition.storedKind ?? own;
  if (definition.virtual === true || name === undefined || !(definition.verbs ?? usualVerbs).includes('create'))
    return undefined;
  return createHash('sha256').update(name).digest().subarray(0, 8).toString('base64');
}

export function aggregatedDiscovery(items: readonly JsonObject[]): JsonObject {
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: [...items] };
}

/** Of groups that are served as they were, the same object as before. */
export function aggregatedGroup(served: ServedGroup): JsonObject {
  let known = aggregatedGroups.get(served);
  if (known === undefined) aggregatedGroups.set(served, (known = newAggregatedGroup(served)));
  return known;
}

const aggregatedGroups = new WeakMap<ServedGroup, JsonObject>();

function newAggregatedGroup({ group, versions }: ServedGroup): JsonObject {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(
      (served) =>
        served.extension ?? {
          version: served.version,
          resources: served.resources.map(({ definition }) => aggregatedResource(definition, served.version)),
          freshness: 'Current',
        },
    ),
  };
}

function aggregatedResource(definition: ResourceDefinition, version: string): JsonObject {
  const { group, resource, kind, namespaced, singular, shortNames, categories, subresources } = definition;
  // A kind of the same group and version is named without them.
  const own = (name: string) => ({ group: '', version: '', kind: name });
  return {
    resource,
    responseKind: own(kind),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: listedVerbsOf(definition),
    ...(shortNames === undefined ? {} : { shortNames: [...shortNames] }),
    ...(categories === undefined ? {} : { categories: [...categories] }),
    ...(subresources === undefined || subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: foreignKind(sub, group, version) ?? own(sub.kind?.kind ?? kind),
            verbs: [...sub.verbs],
          })),
        }),
  };
}

function foreignKind({ kind }: SubresourceDefinition, group: string, version: string): JsonObject | undefined {
  if (kind === undefined || (kind.group === group && kind.version === version)) return undefined;
  return { group: kind.group, version: kind.version, kind: kind.kind };
}
