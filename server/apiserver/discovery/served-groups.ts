/** What the server serves, as the discovery documents describe it. */
import type { JsonObject } from '../../apimachinery/json.ts';
import type { ResourceDefinition, ResourceVersionDefinition } from '../registry/generic/resource-definition.ts';

export interface ServedVersion {
  readonly version: string;
  /** APIService.spec.versionPriority. */
  readonly priority: number;
  /** In discovery's order: by name. */
  readonly resources: ReadonlyArray<{
    readonly definition: ResourceDefinition;
    readonly version: ResourceVersionDefinition;
  }>;
  /** Served by an extension server: what aggregated discovery shows of it. */
  readonly extension?: JsonObject;
}

export interface ServedGroup {
  readonly group: string;
  /** APIService.spec.groupPriorityMinimum. */
  readonly priority: number;
  /** In order of preference. */
  readonly versions: readonly ServedVersion[];
  /** Of custom resources alone. */
  readonly custom?: true;
}

/** The core group and that of APIServices come before all others, whatever their priorities. */
export function rankOf({ group, priority }: ServedGroup): number {
  if (group === '') return FIRST + 1;
  return group === 'apiregistration.k8s.io' ? FIRST : priority;
}

/** Above what a priority may be. */
const FIRST = 20_001;

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
