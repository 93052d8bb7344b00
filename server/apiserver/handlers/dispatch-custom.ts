/** Requests for custom resources: the routes are those of built-in ones, the refusals are worded by another part of upstream. */
import { failure, newNotFound, type StatusError } from '../../apimachinery/errors/status-error.ts';
import { groupResourceName } from '../../apimachinery/meta/object.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { addAuditAnnotation, addWarning, type ApiContext } from '../request-context.ts';
import { anyPathNotFound } from '../routes/plain-not-found.ts';
import type { HandlerEnvironment, ResourceHandler } from './handler-environment.ts';
import { checkCustomPatchType } from './read-patch.ts';
import { scaleByVerb } from './scale.ts';

type Handlers = Readonly<Record<string, ResourceHandler>>;

const statusVerbs = ['get', 'update', 'patch'];

export async function dispatchCustom(
  ctx: ApiContext,
  scope: ResourceScope,
  environment: HandlerEnvironment,
  byVerb: Handlers,
): Promise<void> {
  const { verb, namespace, subresource, name } = ctx.state.info;
  const { namespaced } = scope.definition;
  const readsAll = verb === 'list' || verb === 'watch';
  if (namespaced ? namespace === '' && !readsAll : namespace !== '') return anyPathNotFound(ctx);
  const { deprecationWarning } = scope.version;
  if (deprecationWarning !== undefined) {
    addWarning(ctx, deprecationWarning);
    addAuditAnnotation(ctx, 'k8s.io/deprecated', 'true');
  }
  const handlers = handlersOf(scope, subresource, byVerb);
  if (handlers === undefined) throw newNotFound(scope.groupResource, name);
  const handle = Object.hasOwn(handlers, verb) ? handlers[verb] : undefined;
  if (handle === undefined || (subresource !== '' && !statusVerbs.includes(verb)))
    throw newMethodNotSupported(scope, verb);
  if (verb === 'patch') checkCustomPatchType(ctx);
  await handle(ctx, scope, environment);
}

/** Undefined: there is no such subresource. */
function handlersOf({ definition }: ResourceScope, subresource: string, byVerb: Handlers): Handlers | undefined {
  if (subresource === '') return byVerb;
  if (definition.subresources?.some(({ name }) => name === subresource) !== true) return undefined;
  return subresource === 'scale' ? scaleByVerb : byVerb;
}

function newMethodNotSupported({ groupResource }: ResourceScope, verb: string): StatusError {
  const { group, resource } = groupResource;
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${verb} is not supported on resources of kind ${JSON.stringify(groupResourceName(groupResource))}`,
    details: { group, kind: resource },
  });
}
