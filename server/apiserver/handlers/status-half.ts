/** Status-like subresources: a write through one reaches only its half of the object. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type {
  ResourceDefinition,
  SubresourceDefinition,
  UpdateStrategy,
} from '../registry/generic/resource-definition.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { ApiContext } from '../request-context.ts';

export interface StatusHalf {
  readonly name: string;
  readonly strategy: UpdateStrategy;
}

const nothing: UpdateStrategy = {};

/** The subresource that the request names, if it is written with the resource's own kind. */
export function subresourceOf(ctx: ApiContext, scope: ResourceScope): StatusHalf | undefined {
  const found = findSubresource(scope.definition, ctx.state.info.subresource);
  return found === undefined ? undefined : { name: found.name, strategy: found.strategy ?? nothing };
}

export function findSubresource(definition: ResourceDefinition, name: string): SubresourceDefinition | undefined {
  return name === '' ? undefined : definition.subresources?.find((subresource) => subresource.name === name);
}

/** A write of status leaves everything but status and metadata as it was; other halves are their strategy's business. Mutates. */
export function takeOnlyHalf(object: KubeObject, old: KubeObject, half: StatusHalf): void {
  if (half.name !== 'status') return;
  for (const field of Object.keys(object)) {
    if (field !== 'kind' && field !== 'apiVersion' && field !== 'metadata' && field !== 'status') delete object[field];
  }
  for (const [field, value] of Object.entries(old)) {
    if (field !== 'kind' && field !== 'apiVersion' && field !== 'metadata' && field !== 'status') object[field] = value;
  }
}
