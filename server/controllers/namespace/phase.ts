/** Whether anything may still be made in a namespace. */
import type { Namespace } from '../../client/api-types.ts';

export function isActive(namespace: Namespace | undefined): namespace is Namespace {
  return namespace !== undefined && namespace.status?.phase === 'Active';
}
