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
  /** Of custom resources alone. */
  readonly custom?: true;
}

/** What is served now. */
export interface ServedGroups {
  /** Goes up with every change. */
  readonly version: number;
  /** In discovery's order. */
  all(): readonly ServedGroup[];
  find(group: string): ServedGroup | undefined;
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
