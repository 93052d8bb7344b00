/** Which resources the server serves, in each version: the aggregated discovery documents. */
import { StatusError } from '../apimachinery/errors/status-error.ts';
import type { Client } from './client.ts';
import type { ResourceType } from './resource-type.ts';

export interface ServedResource extends ResourceType {
  readonly verbs: readonly string[];
  /** False: the group prefers another version, which has the resource too. */
  readonly preferred: boolean;
}

interface DiscoveryList {
  readonly items?: ReadonlyArray<{
    readonly metadata?: { readonly name?: string };
    /** The preferred one first. */
    readonly versions?: readonly ServedVersion[];
  }>;
}

interface ServedVersion {
  readonly version: string;
  /** Stale: what an aggregated server said before it went silent. */
  readonly freshness?: string;
  readonly resources?: ReadonlyArray<{
    readonly resource: string;
    readonly responseKind?: { readonly kind?: string };
    readonly scope: string;
    readonly verbs?: readonly string[];
  }>;
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export interface Discovered {
  readonly resources: readonly ServedResource[];
  /** "group/version" of what could not be asked: nobody knows what is there. */
  readonly missing: readonly string[];
}

export async function discover(client: Client, options: { signal?: AbortSignal } = {}): Promise<Discovered> {
  const lists = await Promise.all(
    ['/api', '/apis'].map((path) => client.request<DiscoveryList>({ path, accept, signal: options.signal })),
  );
  const resources: ServedResource[] = [];
  const missing: string[] = [];
  for (const { metadata, versions = [] } of lists.flatMap(({ items = [] }) => items)) {
    const group = metadata?.name ?? '';
    const seen = new Set<string>();
    for (const { version, freshness, resources: served = [] } of versions) {
      if (freshness === 'Stale') missing.push(`${group}/${version}`);
      for (const { resource, responseKind, scope, verbs = [] } of served) {
        const preferred = !seen.has(resource);
        seen.add(resource);
        const kind = responseKind?.kind ?? '';
        resources.push({ group, version, resource, kind, namespaced: scope === 'Namespaced', verbs, preferred });
      }
    }
  }
  return { resources, missing };
}

/** Whether this version of a resource is. @throws StatusError, TransportError: nobody could be asked */
export async function serves(
  client: Client,
  type: ResourceType,
  options: { signal?: AbortSignal } = {},
): Promise<boolean> {
  const path = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  try {
    const { resources = [] } = await client.request<{ readonly resources?: ReadonlyArray<{ readonly name: string }> }>({
      path,
      signal: options.signal,
    });
    return resources.some(({ name }) => name === type.resource);
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 404) return false;
    throw error;
  }
}
