/** From request info to the handler of its verb: one table, read top down. */
import { newMethodNotAllowed, newPathNotFound } from '../../apimachinery/errors/status-error.ts';
import { anyPathNotFound } from '../routes/plain-not-found.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { SubresourceDefinition } from '../registry/generic/resource-definition.ts';
import { addAuditAnnotation, addWarning, type ApiContext } from '../request-context.ts';
import { handleComponentStatuses } from './component-statuses.ts';
import { handleCreate } from './create.ts';
import { dispatchCustom } from './dispatch-custom.ts';
import { handleDelete } from './delete.ts';
import { handleDeleteCollection } from './delete-collection.ts';
import { handleGet } from './get.ts';
import type { HandlerEnvironment, ResourceHandler } from './handler-environment.ts';
import { handleList } from './list.ts';
import { handleNotServed } from './not-served.ts';
import { handlePatch } from './patch.ts';
import {
  handleLocalSubjectAccessReview,
  handleSelfSubjectAccessReview,
  handleSubjectAccessReview,
} from './reviews/access-reviews.ts';
import { handleSelfSubjectReview, handleTokenReview } from './reviews/identity-reviews.ts';
import { handleSelfSubjectRulesReview } from './reviews/self-subject-rules-review.ts';
import { scaleByVerb } from './scale.ts';
import { handleBinding } from './subresources/binding.ts';
import { handlePortForward, handleStream } from './subresources/container-streams.ts';
import { handleEviction } from './subresources/eviction.ts';
import { handleLog } from './subresources/log.ts';
import { handleNodeProxy, handlePodProxy, handleServiceProxy } from './subresources/proxies.ts';
import { handleTokenRequest } from './subresources/token-request.ts';
import { handleUpdate } from './update.ts';

export type ScopeLookup = (group: string, version: string, resource: string) => ResourceScope | undefined;

const usualVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const byVerb: Readonly<Record<string, ResourceHandler>> = {
  get: handleGet,
  list: handleList,
  watch: handleList,
  create: handleCreate,
  update: handleUpdate,
  patch: handlePatch,
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

/** Handlers named after what they serve, for kinds that are not stored objects. */
const named: Readonly<Record<string, ResourceHandler>> = {
  'pods/binding': handleBinding,
  'pods/eviction': handleEviction,
  'pods/attach': handleStream,
  'pods/exec': handleStream,
  'pods/log': handleLog,
  'pods/portforward': handlePortForward,
  'pods/proxy': handlePodProxy,
  'nodes/proxy': handleNodeProxy,
  'services/proxy': handleServiceProxy,
  componentstatuses: handleComponentStatuses,
  bindings: handleBinding,
  'serviceaccounts/token': handleTokenRequest,
  subjectaccessreviews: handleSubjectAccessReview,
  localsubjectaccessreviews: handleLocalSubjectAccessReview,
  selfsubjectaccessreviews: handleSelfSubjectAccessReview,
  selfsubjectrulesreviews: handleSelfSubjectRulesReview,
  selfsubjectreviews: handleSelfSubjectReview,
  tokenreviews: handleTokenReview,
};

export async function dispatch(
  ctx: ApiContext,
  lookup: ScopeLookup,
  environment: HandlerEnvironment,
  knownGroup: (group: string) => boolean,
): Promise<void> {
  const { info } = ctx.state;
  let scope = lookup(info.group, info.version, info.resource);
  if (scope === undefined && !knownGroup(info.group) && info.group !== '') {
    // It may have been defined through another server a moment ago.
    await environment.cacher.waitUntilConsistent();
    scope = lookup(info.group, info.version, info.resource);
  }
  if (scope?.definition.custom !== undefined) return dispatchCustom(ctx, scope, environment, byVerb);
  // Below a group that is served, and anywhere below /api, paths end in a Status; others never get as far as the API.
  const isRouted = info.path.charCodeAt(1) !== slash && (info.apiPrefix === 'api' || knownGroup(info.group));
  if (!isRouted) return anyPathNotFound(ctx);
  if (scope === undefined) throw newPathNotFound();
  const handle = select(ctx, scope);
  const { deprecationWarning } = scope.version;
  if (deprecationWarning !== undefined) remarkDeprecation(ctx, deprecationWarning);
  await handle(ctx, scope, environment);
}

/** The client is warned, the audit trail says with which release the version goes, where that is known. */
function remarkDeprecation(ctx: ApiContext, warning: string): void {
  addWarning(ctx, warning);
  addAuditAnnotation(ctx, 'k8s.io/deprecated', 'true');
  const release = /, unavailable in v(\d+\.\d+)\+/.exec(warning)?.[1];
  if (release !== undefined) addAuditAnnotation(ctx, 'k8s.io/removed-release', release);
}

const slash = 0x2f;
/** Names belong to some verbs, collections to others. */
const verbsOfNames = ['get', 'update', 'patch', 'delete'];
const verbsOfCollections = ['list', 'watch', 'create', 'deletecollection'];

function select(ctx: ApiContext, scope: ResourceScope): ResourceHandler {
  const { info } = ctx.state;
  const { definition } = scope;
  const { resource, namespaced } = definition;
  const verbs = definition.verbs ?? usualVerbs;
  const isNamed = info.parts.length > 1;
  const isWatchPath = info.verb === 'watch';
  if (namespaced && info.namespace === '') {
    // A namespaced resource without its namespace can only be read, over all namespaces.
    if (isNamed || !verbs.includes('list')) throw newPathNotFound();
    if (info.verb !== 'list' && !isWatchPath) throw newMethodNotAllowed();
  }
  // A namespace lies in no other; its own path names it twice over.
  if (!namespaced && info.namespace !== '' && (resource !== 'namespaces' || !isNamed)) throw newPathNotFound();
  if (info.subresource !== '') return selectSubresource(ctx, scope);
  const fits = isNamed ? verbsOfNames : verbsOfCollections;
  if (!fits.some((verb) => verbs.includes(verb))) throw newPathNotFound();
  requireRoutedMethod(ctx);
  if (!verbs.includes(info.verb) || !(fits.includes(info.verb) || isWatchPath)) throw newMethodNotAllowed();
  if (definition.virtual === true) return namedHandler(resource);
  return byVerb[info.verb] ?? notAllowed();
}

function selectSubresource(ctx: ApiContext, scope: ResourceScope): ResourceHandler {
  const { verb, subresource: name, parts } = ctx.state.info;
  const subresource = scope.definition.subresources?.find((candidate) => candidate.name === name);
  // Only what is proxied has paths of its own below it.
  if (subresource === undefined || (parts.length > 3 && name !== 'proxy')) throw newPathNotFound();
  // What is proxied is asked as the client asks, also with what is no verb of the API.
  const isAsked = name === 'proxy' && ['HEAD', 'OPTIONS'].includes(ctx.method);
  if (!isAsked) requireRoutedMethod(ctx);
  if (!isAsked && !subresource.verbs.includes(verb)) throw newMethodNotAllowed();
  if (subresource.served === 'scale') return scaleByVerb[verb] ?? notAllowed();
  if (isHalf(subresource)) return byVerb[verb] ?? notAllowed();
  return namedHandler(`${scope.definition.resource}/${name}`);
}

/** HEAD means "get" to everything but the router, and a path can say "watch" whatever the method. */
function requireRoutedMethod(ctx: ApiContext): void {
  if (ctx.method === 'HEAD' || (ctx.state.info.verb === 'watch' && ctx.method !== 'GET')) throw newMethodNotAllowed();
}

/** Written with the resource's own kind, through a strategy of its own. */
function isHalf(subresource: SubresourceDefinition): boolean {
  return subresource.served === 'status' || (subresource.kind === undefined && subresource.strategy !== undefined);
}

function namedHandler(name: string): ResourceHandler {
  return (Object.hasOwn(named, name) ? named[name] : undefined) ?? handleNotServed;
}

function notAllowed(): never {
  throw newMethodNotAllowed();
}
