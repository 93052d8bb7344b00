/** One page of one state of a resource: a range of keys, what a selector leaves of it, up to a limit. */
import type { CacheEntry } from './cache-entry.ts';
import type { CachedResource, ListRequest, ObjectSelector } from './interface.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import type { Position, SortedView } from './sorted-entries.ts';

export interface ListPage {
  readonly items: CacheEntry[];
  readonly continueAfter?: string;
  readonly remaining?: number;
}

/** What a request asks for, once its selector has been looked at. */
export interface ListScope {
  readonly namespace: string | undefined;
  /** Undefined: nothing is selected away. */
  readonly selector: ObjectSelector | undefined;
  /** The only key that can match, when namespace and name are known. */
  readonly key: string | undefined;
  readonly limit: number;
  readonly startAfter: string | undefined;
}

export function listScope(resource: CachedResource, request: Omit<ListRequest, 'atRevision'>): ListScope {
  const selector = request.selector?.everything === true ? undefined : request.selector;
  const namespace =
    request.namespace || (resource.namespaced ? requiredField(selector, 'metadata.namespace') : undefined) || undefined;
  const name = requiredField(selector, 'metadata.name');
  const inOnePlace = name !== undefined && (namespace !== undefined || !resource.namespaced);
  return {
    namespace,
    selector,
    key: inOnePlace ? `${rangeStart(resource, namespace)}${name}` : undefined,
    limit: request.limit === undefined || request.limit <= 0 ? Number.POSITIVE_INFINITY : request.limit,
    startAfter: request.startAfter,
  };
}

export function requiredField(selector: ObjectSelector | undefined, field: string): string | undefined {
  return selector?.fieldEquals.find((requirement) => requirement.field === field)?.value;
}

/** The prefix of the keys in a namespace, or of all. */
export function rangeStart(resource: CachedResource, namespace: string | undefined): string {
  return namespace === undefined ? resource.prefix : `${resource.prefix}${namespace}/`;
}

/** All entries in the scope, without its start. */
export function rangeOf(
  view: SortedView,
  resource: CachedResource,
  namespace: string | undefined,
): { start: Position; end: Position } {
  if (namespace === undefined) return { start: { chunk: 0, offset: 0 }, end: { chunk: view.chunks.length, offset: 0 } };
  const prefix = rangeStart(resource, namespace);
  // '0' is the character after '/'.
  return { start: view.position(prefix), end: view.position(`${prefix.slice(0, -1)}0`) };
}

export function pageOfView(
  view: SortedView,
  resource: CachedResource,
  scope: ListScope,
  attributes: ObjectAttributes,
): ListPage {
  if (scope.key !== undefined) {
    const entry = view.get(scope.key);
    return pageOfCandidates(entry === undefined ? [] : [entry], scope, attributes);
  }
  const range = rangeOf(view, resource, scope.namespace);
  const start =
    scope.startAfter === undefined ? range.start : later(range.start, view.position(after(scope.startAfter)));
  if (scope.selector !== undefined) return pageOfCandidates(view.between(start, range.end), scope, attributes);
  const items = view.slice(start, range.end, scope.limit);
  const remaining = view.count(start, range.end) - items.length;
  const last = items.at(-1);
  return remaining > 0 && last !== undefined ? { items, continueAfter: last.key, remaining } : { items };
}

/** @param candidates in key order. As upstream, a page that is full has a next one while candidates are left. */
export function pageOfCandidates(
  candidates: Iterable<CacheEntry>,
  scope: ListScope,
  attributes: ObjectAttributes,
): ListPage {
  const { selector, limit, startAfter, namespace } = scope;
  const items: CacheEntry[] = [];
  for (const entry of candidates) {
    if (startAfter !== undefined && entry.key <= startAfter) continue;
    if (namespace !== undefined && entry.namespace !== namespace) continue;
    if (items.length >= limit) return { items, continueAfter: items.at(-1)?.key };
    if (selector === undefined || attributes.matches(selector, entry)) items.push(entry);
  }
  return { items };
}

/** The first string after `key`. */
function after(key: string): string {
  return `${key}\0`;
}

function later(a: Position, b: Position): Position {
  return a.chunk > b.chunk || (a.chunk === b.chunk && a.offset > b.offset) ? a : b;
}
