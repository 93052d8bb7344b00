/** The served resources as the OpenAPI documents want to know them. */
import type { ServedResource, ServedSubresource } from '../openapi/served-resource.ts';
import { usualVerbs } from '../discovery/served-groups.ts';
import type { SubresourceDefinition } from './generic/resource-definition.ts';
import type { ResourceScope } from './resource-scope.ts';

export function servedResources(scopes: readonly ResourceScope[]): ServedResource[] {
  return scopes.map((scope) => {
    const { definition, version, group } = scope;
    return {
      group,
      version: version.version,
      resource: definition.resource,
      kind: definition.kind,
      namespaced: definition.namespaced,
      verbs: definition.verbs ?? usualVerbs,
      typeName: version.type,
      subresources: (definition.subresources ?? []).map((subresource) => servedSubresource(scope, subresource)),
      ...(definition.strategy.returnDeletedObject === true ? { deleteReturnsObject: true } : {}),
    };
  });
}

function servedSubresource(scope: ResourceScope, { name, verbs, kind }: SubresourceDefinition): ServedSubresource {
  return {
    name,
    verbs,
    group: kind?.group ?? scope.group,
    version: kind?.version ?? scope.version.version,
    kind: kind?.kind ?? scope.kind,
    typeName: kind?.type ?? scope.version.type,
  };
}
