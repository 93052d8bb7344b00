/** The parameters of a binding: objects of any served kind, by name or by labels. */
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { CachedObject } from '../../cacher/interface.ts';
import { type ResourceScope, toRequestVersion } from '../../registry/resource-scope.ts';
import type { GroupVersionKind } from '../matching/seen-version.ts';
import type { ParamRef } from './policy.ts';

/** Undefined: nothing of that kind is served. */
export type ScopeOfKind = (kind: GroupVersionKind) => ResourceScope | undefined;

/** Why there are no parameters: in upstream's words. */
export class ParamProblem extends Error {
  override name = 'ParamProblem';
}

/** One undefined: the policy is asked without parameters; none: not at all. @throws ParamProblem */
export async function collectParams(
  scope: ResourceScope | undefined,
  reference: ParamRef | undefined,
  requestNamespace: string,
): Promise<readonly (KubeObject | undefined)[]> {
  if (scope === undefined || reference === undefined) return [undefined];
  const namespace = namespaceOf(scope, reference, requestNamespace);
  const found =
    reference.selector === undefined
      ? await findOne(scope, namespace, reference.name)
      : (await findAll(scope, namespace)).filter(({ metadata }) => reference.selector?.matches(metadata.labels));
  if (found.length === 0 && reference.deniesMissing) {
    throw new ParamProblem('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found;
}

function namespaceOf({ definition }: ResourceScope, reference: ParamRef, requestNamespace: string): string {
  if (!definition.namespaced) {
    if (reference.namespace === '') return '';
    throw new ParamProblem('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const namespace = reference.namespace === '' ? requestNamespace : reference.namespace;
  if (namespace !== '') return namespace;
  throw new ParamProblem('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
}

async function findOne(scope: ResourceScope, namespace: string, name: string): Promise<KubeObject[]> {
  try {
    return [read(scope, await scope.store.get(namespace, name))];
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 404) return [];
    throw error;
  }
}

async function findAll(scope: ResourceScope, namespace: string): Promise<KubeObject[]> {
  const { items } = await scope.cache.list(namespace === '' ? {} : { namespace });
  return items.map((item) => read(scope, item));
}

/** Nobody changes what several evaluations are given. */
const parsed = new WeakMap<ResourceScope, WeakMap<CachedObject, KubeObject>>();

function read(scope: ResourceScope, cached: CachedObject): KubeObject {
  let ofScope = parsed.get(scope);
  if (ofScope === undefined) parsed.set(scope, (ofScope = new WeakMap<CachedObject, KubeObject>()));
  let object = ofScope.get(cached);
  if (object === undefined) {
    object = toRequestVersion(scope, scope.store.parse(cached));
    ofScope.set(cached, (object = { ...object, kind: scope.kind, apiVersion: scope.apiVersion }));
  }
  return object;
}
