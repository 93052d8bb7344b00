/** From request info to the handler of its verb: one table, read top down. */
import { newMethodNotAllowed, newPathNotFound } from '../../apimachinery/errors/status-error.ts';
import { anyPathNotFound } from '../routes/plain-not-found.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { SubresourceDefinition } from '../registry/generic/resource-definition.ts';
import type { ApiContext } from '../request-context.ts';
import { handleCreate } from './create.ts';
import { handleDelete } from './delete.ts';
import { handleDeleteCollection } from './delete-collection.ts';
import { handleGet } from './get.ts';
import type { HandlerEnvironment, ResourceHandler } from './handler-environment.ts';
import { handleList } from './list.ts';
import { handleNotServed } from './not-served.ts';
import { handlePatch } from './patch.ts';
import { handleScaleGet, handleScalePatch, handleScaleUpdate } from './scale.ts';
import { handleBinding } from './subresources/binding.ts';
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

const scaleByVerb: Readonly<Record<string, ResourceHandler>> = {
  get: handleScaleGet,
  update: handleScaleUpdate,
  patch: handleScalePatch,
};

/** Handlers named after what they serve, for kinds that are not stored objects. */
const named: Readonly<Record<string, ResourceHandler>> = {
  'pods/binding': handleBinding,
  bindings: handleBinding,
};

export async function dispatch(ctx: ApiContext, lookup: ScopeLookup, environment: HandlerEnvironment, knownVersion: (group: string, version: string) => boolean): Promise<void> {
  const { info } = ctx.state;
  const scope = lookup(info.group, info.version, info.resource);
  if (scope === undefined) {
    if (!knownVersion(info.group, info.version)) return anyPathNotFound(ctx);
    throw newPathNotFound();
  }
  await select(ctx, scope)(ctx, scope, environment);
}

function select(ctx: ApiContext, scope: ResourceScope): ResourceHandler {
  const { info } = ctx.state;
  const { definition } = scope;
  const named = info.parts.length > 1;
  // A namespaced resource without its namespace can only be read, over all namespaces.
  if (definition.namespaced && info.namespace === '') {
    if (named) throw newPathNotFound();
    if (info.verb !== 'list' && info.verb !== 'watch') throw newMethodNotAllowed();
  }
  if (!definition.namespaced && info.namespace !== '' && definition.resource !== 'namespaces') throw newPathNotFound();
  if (info.subresource !== '') return selectSubresource(info.verb, info.subresource, scope);
  const verbs = definition.verbs ?? usualVerbs;
  // Names belong to some methods, collections to others.
  const fits = named ? ['get', 'update', 'patch', 'delete'] : ['list', 'watch', 'create', 'deletecollection'];
  const watchOfOne = named && info.verb === 'watch';
  if (!verbs.includes(info.verb) || !(fits.includes(info.verb) || watchOfOne)) throw newMethodNotAllowed();
  if (definition.virtual === true) return namedHandler(definition.resource);
  return byVerb[info.verb] ?? notAllowed();
}

function selectSubresource(verb: string, name: string, scope: ResourceScope): ResourceHandler {
  const subresource = scope.definition.subresources?.find((candidate) => candidate.name === name);
  if (subresource === undefined) throw newPathNotFound();
  if (!subresource.verbs.includes(verb)) throw newMethodNotAllowed();
  if (subresource.served === 'scale') return scaleByVerb[verb] ?? notAllowed();
  if (isHalf(subresource)) return byVerb[verb] ?? notAllowed();
  return namedHandler(`${scope.definition.resource}/${name}`);
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
