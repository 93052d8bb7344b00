/**
 * Frames of events that watchers replay from the ring: when a thousand of them resume at the same place, after a restart or a
 * burst that none could take, each event is still encoded once.
 */
import type { CacheEvent } from './event-ring.ts';
import type { CachedResource, EventEncoder } from './interface.ts';
import { eventObject, type ObjectEventType } from './watch-selection.ts';

export class ReplayFrames {
  readonly #limit: number;
  /** Oldest first; by type and encoder. */
  readonly #frames = new Map<CacheEvent, Map<string, Buffer>>();
  #bytes = 0;
  #used = false;

  /** @param limit bytes; the frames of the events first encoded go first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  encode(encoder: EventEncoder, type: ObjectEventType, event: CacheEvent, resource: CachedResource): Buffer {
    this.#used = true;
    const id = `${type} ${encoder.id}`;
    const known = this.#frames.get(event);
    const found = known?.get(id);
    if (found !== undefined) return found;
    const frame = encoder.encode(type, eventObject(resource, type, event));
    if (known === undefined) this.#frames.set(event, new Map([[id, frame]]));
    else known.set(id, frame);
    this.#bytes += frame.length;
    this.#shrink();
    return frame;
  }

  clear(): void {
    this.#frames.clear();
    this.#bytes = 0;
  }

  /** Called from time to time: lets go of all when nobody has replayed since the last call. */
  dropUnused(): void {
    if (!this.#used) this.clear();
    this.#used = false;
  }

  #shrink(): void {
    for (const [event, frames] of this.#frames) {
      if (this.#bytes <= this.#limit) return;
      for (const { length } of frames.values()) this.#bytes -= length;
      this.#frames.delete(event);
    }
  }
}
