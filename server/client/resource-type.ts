/** What a client must know of a resource: its names, and as a type only, the shape of its objects. */
import { apiVersionOf } from '../apimachinery/meta/object.ts';

export interface ResourceType<T = object> {
  readonly group: string;
  readonly version: string;
  /** Plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never there: carries the type of the objects. */
  readonly object?: T;
}

export interface ObjectPath {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** "/apis/apps/v1/namespaces/a/deployments/b/status" */
export function pathOf(type: ResourceType, { namespace = '', name, subresource }: ObjectPath = {}): string {
  let path = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  if (type.namespaced && namespace !== '') path += `/namespaces/${encodeURIComponent(namespace)}`;
  path += `/${type.resource}`;
  if (name !== undefined) path += `/${encodeURIComponent(name)}`;
  if (subresource !== undefined) path += `/${subresource}`;
  return path;
}

export function apiVersionOfType({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return apiVersionOf({ group, version });
}
