/** What watchers with the same scope and selector see of a resource: each event is judged once for all of them. */
import { atRevision } from '../storage/object-layout.ts';
import { CacheEntry } from './cache-entry.ts';
import type { CacheEvent } from './event-ring.ts';
import type { CachedResource, EventEncoder, ObjectSelector } from './interface.ts';
import type { ObjectAttributes } from './object-attributes.ts';

export type ObjectEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export class WatchSelection {
  readonly id: string;
  readonly namespace: string | undefined;
  /** Undefined: nothing is selected away. */
  readonly selector: ObjectSelector | undefined;

  constructor(id: string, namespace: string | undefined, selector: ObjectSelector | undefined) {
    this.id = id;
    this.namespace = namespace;
    this.selector = selector;
  }

  /** An object that leaves the selector is DELETED, one that enters it ADDED. Undefined: not seen. */
  typeOf(event: CacheEvent, attributes: ObjectAttributes): ObjectEventType | undefined {
    const { selector, namespace } = this;
    const { object, previous, deleted } = event;
    if (namespace !== undefined && object.namespace !== namespace) return undefined;
    const now = !deleted && (selector === undefined || attributes.matches(selector, object));
    const before = previous !== undefined && (selector === undefined || attributes.matches(selector, previous));
    if (now) return before ? 'MODIFIED' : 'ADDED';
    return before ? 'DELETED' : undefined;
  }
}

/** What an event of this type carries; always with the event's revision as resourceVersion. */
export function eventObject(resource: CachedResource, type: ObjectEventType, event: CacheEvent): CacheEntry {
  const { previous, object, revision } = event;
  if (type !== 'DELETED' || event.deleted || previous === undefined) return object;
  return new CacheEntry(previous.key, previous.namespace, revision, atRevision(resource.layout, previous, revision));
}

/** Encodes the event at hand once per type for all watchers of one representation, whatever they select. */
export class SharedEncoder {
  readonly encoder: EventEncoder;
  /** Groups that use it. */
  users = 0;
  readonly #resource: CachedResource;
  #event: CacheEvent | undefined;
  readonly #frames: Record<ObjectEventType, Buffer | undefined> = {
    ADDED: undefined,
    MODIFIED: undefined,
    DELETED: undefined,
  };

  constructor(encoder: EventEncoder, resource: CachedResource) {
    this.encoder = encoder;
    this.#resource = resource;
  }

  encode(type: ObjectEventType, event: CacheEvent): Buffer {
    if (this.#event !== event) {
      this.forget();
      this.#event = event;
    }
    const known = this.#frames[type];
    if (known !== undefined) return known;
    const frame = this.encoder.encode(type, eventObject(this.#resource, type, event));
    this.#frames[type] = frame;
    return frame;
  }

  /** Lets go of the last event's buffers. */
  forget(): void {
    this.#event = undefined;
    this.#frames.ADDED = undefined;
    this.#frames.MODIFIED = undefined;
    this.#frames.DELETED = undefined;
  }
}
