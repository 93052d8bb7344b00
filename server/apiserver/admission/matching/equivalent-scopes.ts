/** Which scopes show the same objects: the versions of a resource, and what another group has of it. */
import type { CustomResources } from '../../custom-resources/custom-resources.ts';
import { storageKeyPrefix } from '../../registry/generic/store-rules.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import type { EquivalentScopes } from './seen-version.ts';

export function equivalentScopes(builtIn: readonly ResourceScope[], custom: CustomResources): EquivalentScopes {
  const byPrefix = Map.groupBy(builtIn, ({ definition }) => storageKeyPrefix(definition));
  return ({ group, definition }) =>
    definition.custom === undefined
      ? (byPrefix.get(storageKeyPrefix(definition)) ?? [])
      : custom.scopesOf(`${definition.resource}.${group}`);
}
