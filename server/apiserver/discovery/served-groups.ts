/** What the server serves, as the discovery documents describe it. */
import type { ResourceDefinition, ResourceVersionDefinition } from '../registry/generic/resource-definition.ts';

export interface ServedVersion {
  readonly version: string;
  /** In discovery's order: by name. */
  readonly resources: ReadonlyArray<{
    readonly definition: ResourceDefinition;
    readonly version: ResourceVersionDefinition;
  }>;
}

export interface ServedGroup {
  readonly group: string;
  /** In order of preference. */
  readonly versions: readonly ServedVersion[];
}

export const usualVerbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
