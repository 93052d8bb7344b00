/** The watches of one resource: those on the live feed by what they select, and where each event goes. */
import type { CacheEvent } from './event-ring.ts';
import type { FrameDispatcher } from './frame-dispatcher.ts';
import type { CachedResource, EventEncoder, WatchRequest } from './interface.ts';
import { listScope } from './list-page.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import { WatchGroup } from './watch-group.ts';
import { WatchScope } from './watch-scope.ts';
import { SharedEncoder, WatchSelection } from './watch-selection.ts';
import type { Watcher } from './watcher.ts';

export class WatchRegistry {
  readonly #resource: CachedResource;
  readonly #attributes: ObjectAttributes;
  readonly #dispatcher: FrameDispatcher;
  readonly #watchers = new Set<Watcher>();
  /** With watchers on the live feed, by id. */
  readonly #selections = new Map<string, WatchSelection>();
  readonly #groups = new Map<WatchSelection, Map<string, WatchGroup>>();
  /** By encoder id. */
  readonly #encoders = new Map<string, SharedEncoder>();
  readonly #all: WatchScope;
  readonly #byNamespace = new Map<string, WatchScope>();
  #event: CacheEvent | undefined;
  readonly #visit = (selection: WatchSelection): void => this.#judge(selection);

  constructor(resource: CachedResource, attributes: ObjectAttributes, dispatcher: FrameDispatcher) {
    this.#resource = resource;
    this.#attributes = attributes;
    this.#dispatcher = dispatcher;
    this.#all = new WatchScope(attributes);
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** The selection that a request asks for, shared with the watches that asked for the same. */
  selectionOf(request: WatchRequest): WatchSelection {
    const { namespace, selector } = listScope(this.#resource, request);
    const id = `${namespace ?? ''}\0${selector?.id ?? ''}`;
    return this.#selections.get(id) ?? new WatchSelection(id, namespace, selector);
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  /** Undefined: not now. @param revision what the cache shows */
  join(watcher: Watcher, revision: () => number): WatchGroup | undefined {
    // What waits is for those who are there already; a group may dissolve while it is handed out.
    const alike = this.#selections.get(watcher.selection.id);
    if (alike !== undefined) this.#groupsOf(alike).get(watcher.request.encoder.id)?.flush();
    const group = this.#groupOf(this.#selectionLike(watcher.selection), watcher.request.encoder, revision);
    return group.join(watcher) ? group : undefined;
  }

  leaveGroup(watcher: Watcher, group: WatchGroup): void {
    group.leave(watcher);
    if (group.size > 0) return;
    const { selection, shared } = group;
    const groups = this.#groupsOf(selection);
    if (groups.get(shared.encoder.id) !== group) return;
    groups.delete(shared.encoder.id);
    this.#dispatcher.deleteGroup(group);
    if (--shared.users === 0) this.#encoders.delete(shared.encoder.id);
    if (groups.size > 0) return;
    this.#groups.delete(selection);
    this.#selections.delete(selection.id);
    const scope = this.#scope(selection.namespace);
    scope.delete(selection);
    if (scope.size === 0 && selection.namespace !== undefined) this.#byNamespace.delete(selection.namespace);
  }

  delete(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  dispatch(event: CacheEvent): void {
    if (this.#selections.size === 0) return;
    this.#event = event;
    if (this.#all.size > 0) this.#all.visit(event, this.#visit);
    if (this.#byNamespace.size > 0) this.#byNamespace.get(event.object.namespace)?.visit(event, this.#visit);
    this.#event = undefined;
  }

  endAll(reason: 'expired' | 'closed'): void {
    for (const watcher of [...this.#watchers]) watcher.end(reason);
  }

  #judge(selection: WatchSelection): void {
    const event = this.#event;
    if (event === undefined) return;
    try {
      const type = selection.typeOf(event, this.#attributes);
      if (type === undefined) return;
      for (const group of this.#groupsOf(selection).values()) {
        group.push(type, event);
        this.#dispatcher.mark(group);
      }
    } catch {
      for (const group of this.#groupsOf(selection).values()) {
        group.fail();
        this.#dispatcher.mark(group);
      }
    }
  }

  /** Its groups by encoder id. */
  #groupsOf(selection: WatchSelection): Map<string, WatchGroup> {
    let groups = this.#groups.get(selection);
    if (groups === undefined) this.#groups.set(selection, (groups = new Map<string, WatchGroup>()));
    return groups;
  }

  /** The one on the live feed that selects the same. */
  #selectionLike(selection: WatchSelection): WatchSelection {
    const known = this.#selections.get(selection.id);
    if (known !== undefined) return known;
    this.#selections.set(selection.id, selection);
    this.#scope(selection.namespace).add(selection);
    return selection;
  }

  #groupOf(selection: WatchSelection, encoder: EventEncoder, revision: () => number): WatchGroup {
    const groups = this.#groupsOf(selection);
    const known = groups.get(encoder.id);
    if (known !== undefined) return known;
    let shared = this.#encoders.get(encoder.id);
    if (shared === undefined) this.#encoders.set(encoder.id, (shared = new SharedEncoder(encoder, this.#resource)));
    shared.users++;
    const group = new WatchGroup(selection, shared, revision);
    groups.set(encoder.id, group);
    this.#dispatcher.addGroup(group);
    return group;
  }

  #scope(namespace: string | undefined): WatchScope {
    if (namespace === undefined) return this.#all;
    let scope = this.#byNamespace.get(namespace);
    if (scope === undefined) this.#byNamespace.set(namespace, (scope = new WatchScope(this.#attributes)));
    return scope;
  }
}
