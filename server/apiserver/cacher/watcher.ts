/**
 * One watch: first the present objects or the events since its revision, then the live feed of its group. A peer that does
 * not take its bytes in time leaves the feed and is fed from the ring again; no event is lost or sent twice on the way.
 */
import type { CacheEntry } from './cache-entry.ts';
import type { EventRing } from './event-ring.ts';
import type { CatchingUp, CatchUpProgress } from './frame-dispatcher.ts';
import type { CachedResource, WatchRequest } from './interface.ts';
import type { CacherLimits } from './limits.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import type { ReplayFrames } from './replay-frames.ts';
import type { FrameRun, LiveWatcher, WatchGroup } from './watch-group.ts';
import type { WatchSelection } from './watch-selection.ts';

/** What a watcher needs of the cache that it watches. */
export interface WatchSource {
  readonly resource: CachedResource;
  readonly attributes: ObjectAttributes;
  readonly ring: EventRing;
  readonly replayFrames: ReplayFrames;
  /** All events up to it are in the ring or before its floor. */
  readonly revision: number;
  readonly limits: Pick<CacherLimits, 'watchPendingBytes' | 'catchUpBytes' | 'coalesceBytes'>;
  /** Puts the watcher on the live feed, which it has caught up with; undefined: not now. */
  join(watcher: Watcher): WatchGroup | undefined;
  /** Takes it off the feed and feeds it in turns from now on. */
  park(watcher: Watcher, group: WatchGroup): void;
  /** The watch is over. */
  leave(watcher: Watcher, group: WatchGroup | undefined): void;
}

/** What looking at an event costs, in bytes written: a turn is bounded also where nothing matches. */
const EVENT_COST = 128;
const nothing = Buffer.alloc(0);

export class Watcher implements CatchingUp, LiveWatcher {
  readonly request: WatchRequest;
  readonly selection: WatchSelection;
  readonly #source: WatchSource;
  #initial: readonly CacheEntry[] | undefined;
  #nextInitial = 0;
  #initialBookmarkDue: boolean;
  /** Every event up to this revision has been written, or is in the initial objects. */
  #cursor: number;
  #group: WatchGroup | undefined;
  #over = false;
  readonly #onAbort = (): void => this.#leave();

  /** @param start the objects to begin with, if any, and the revision that they show */
  constructor(
    source: WatchSource,
    request: WatchRequest,
    selection: WatchSelection,
    start: { objects?: readonly CacheEntry[]; revision: number },
  ) {
    this.#source = source;
    this.request = request;
    this.selection = selection;
    this.#initial = start.objects;
    this.#cursor = start.revision;
    this.#initialBookmarkDue = request.sendInitialEventsBookmark === true;
    request.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get wantsBookmarks(): boolean {
    return this.request.bookmarks;
  }

  deliver(frames: FrameRun, revision: number): void {
    const { sink } = this.request;
    this.#write(() => (sink.writeEach === undefined ? sink.write(frames.joined()) : sink.writeEach(frames.each)));
    const group = this.#group;
    if (group === undefined || this.#pending() <= this.#source.limits.watchPendingBytes) return;
    this.#group = undefined;
    this.#cursor = revision;
    this.#source.park(this, group);
  }

  catchUp(): CatchUpProgress {
    const { limits } = this.#source;
    let budget = limits.catchUpBytes;
    let progress: CatchUpProgress = 'stuck';
    while (!this.#over) {
      if (this.#initial === undefined && this.#cursor < this.#source.ring.floor) {
        this.end('expired');
        break;
      }
      if (this.#pending() > limits.watchPendingBytes / 2) return progress;
      if (budget <= 0) return 'progress';
      const step = this.#nextFrames();
      if (step === undefined) {
        // A watch from a revision that this server has not reached waits for it here.
        if (this.#over || this.#source.revision < this.#cursor) return this.#over ? 'done' : progress;
        this.#group = this.#source.join(this);
        return this.#group === undefined ? progress : 'done';
      }
      progress = 'progress';
      budget -= step.cost;
      if (step.frames.length > 0) this.#write(() => this.request.sink.write(step.frames));
    }
    return 'done';
  }

  fail(): void {
    this.end('expired');
  }

  end(reason: 'expired' | 'closed'): void {
    if (this.#over) return;
    this.#leave();
    try {
      this.request.sink.end(reason);
    } catch {
      // A sink that cannot even end is gone.
    }
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.request.signal.removeEventListener('abort', this.#onAbort);
    this.#initial = undefined;
    this.#source.leave(this, this.#group);
    this.#group = undefined;
  }

  #pending(): number {
    return this.request.sink.pending;
  }

  #write(write: () => void): void {
    try {
      write();
    } catch {
      this.end('closed');
    }
  }

  #nextFrames(): { frames: Buffer; cost: number } | undefined {
    try {
      if (this.#initial !== undefined) return this.#nextInitialFrames(this.#initial);
      if (this.#initialBookmarkDue) {
        this.#initialBookmarkDue = false;
        const frames = this.request.encoder.encodeBookmark(this.#cursor, { initialEventsEnd: true });
        return { frames, cost: frames.length };
      }
      return this.#nextEvents();
    } catch {
      this.end('expired');
      return undefined;
    }
  }

  #nextInitialFrames(objects: readonly CacheEntry[]): { frames: Buffer; cost: number } {
    const frames: Buffer[] = [];
    let bytes = 0;
    for (; bytes < this.#source.limits.coalesceBytes; this.#nextInitial++) {
      const object = objects[this.#nextInitial];
      if (object === undefined) {
        this.#initial = undefined;
        break;
      }
      const frame = this.request.encoder.encode('ADDED', object);
      frames.push(frame);
      bytes += frame.length;
    }
    return { frames: join(frames, bytes), cost: bytes };
  }

  #nextEvents(): { frames: Buffer; cost: number } | undefined {
    const { ring, replayFrames, attributes, resource, limits } = this.#source;
    const frames: Buffer[] = [];
    let bytes = 0;
    let seen = 0;
    for (const event of ring.after(this.#cursor)) {
      const type = this.selection.typeOf(event, attributes);
      if (type !== undefined) {
        const frame = replayFrames.encode(this.request.encoder, type, event, resource);
        frames.push(frame);
        bytes += frame.length;
      }
      this.#cursor = event.revision;
      seen++;
      if (bytes + seen * EVENT_COST >= limits.coalesceBytes) break;
    }
    return seen === 0 ? undefined : { frames: join(frames, bytes), cost: bytes + seen * EVENT_COST };
  }
}

function join(frames: readonly Buffer[], bytes: number): Buffer {
  const [first = nothing] = frames;
  return frames.length <= 1 ? first : Buffer.concat(frames, bytes);
}
