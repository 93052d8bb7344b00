/** Watchers that get the same bytes: one selection in one representation. Frames gather here until they are handed on together. */
import type { CacheEvent } from './event-ring.ts';
import type { ObjectEventType, SharedEncoder, WatchSelection } from './watch-selection.ts';

/** A watcher on the live feed. */
export interface LiveWatcher {
  readonly wantsBookmarks: boolean;
  /** @param revision every event up to it is in these frames or those before */
  deliver(frames: FrameRun, revision: number): void;
  fail(): void;
}

/** Frames that are handed on together: one by one, or as one buffer, which is made once for all who want it. */
export interface FrameRun {
  readonly each: readonly Buffer[];
  joined(): Buffer;
}

export class WatchGroup {
  readonly selection: WatchSelection;
  readonly shared: SharedEncoder;
  readonly #watchers = new Set<LiveWatcher>();
  readonly #revision: () => number;
  #handing = false;
  #frames: Buffer[] = [];
  #bytes = 0;
  #failed = false;
  /** Milliseconds of the monotonic clock. */
  bookmarkAt = 0;
  /** In the dispatcher's list of groups with frames. */
  waiting = false;

  /** @param revision what the cache shows: all events up to it have been pushed */
  constructor(selection: WatchSelection, shared: SharedEncoder, revision: () => number) {
    this.selection = selection;
    this.shared = shared;
    this.#revision = revision;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** False: not now, there are frames on their way that the watcher has had. */
  join(watcher: LiveWatcher): boolean {
    if (this.#handing || this.#failed) return false;
    this.#watchers.add(watcher);
    return true;
  }

  leave(watcher: LiveWatcher): void {
    this.#watchers.delete(watcher);
  }

  push(type: ObjectEventType, event: CacheEvent): void {
    if (this.#failed) return;
    try {
      const frame = this.shared.encode(type, event);
      this.#frames.push(frame);
      this.#bytes += frame.length;
    } catch {
      this.fail();
    }
  }

  /** An event could not be judged or encoded: its watchers must not go on as if it had not been. */
  fail(): void {
    this.#failed = true;
  }

  /** Hands on what waits. Returns the number of sink writes. */
  flush(): number {
    if (this.#handing) return 0;
    this.waiting = false;
    this.shared.forget();
    let writes = 0;
    // A sink may write to the store and so bring about more frames.
    while (this.#frames.length > 0 && !this.#failed) {
      const frames = frameRun(this.#frames, this.#bytes);
      this.#clear();
      writes += this.#hand(frames, () => true);
    }
    if (this.#failed) {
      this.#clear();
      for (const watcher of [...this.#watchers]) watcher.fail();
    }
    return writes;
  }

  bookmark(): void {
    let wanted = false;
    for (const watcher of this.#watchers) wanted ||= watcher.wantsBookmarks;
    if (!wanted || this.#handing) return;
    try {
      const frame = this.shared.encoder.encodeBookmark(this.#revision(), { initialEventsEnd: false });
      this.#hand(frameRun([frame], frame.length), (watcher) => watcher.wantsBookmarks);
    } catch {
      // A bookmark that is not sent loses no event.
    }
  }

  #hand(frames: FrameRun, takes: (watcher: LiveWatcher) => boolean): number {
    const { size } = this.#watchers;
    const revision = this.#revision();
    this.#handing = true;
    for (const watcher of this.#watchers) if (takes(watcher)) watcher.deliver(frames, revision);
    this.#handing = false;
    return size;
  }

  #clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}

function frameRun(each: readonly Buffer[], bytes: number): FrameRun {
  let joined = each.length === 1 ? each[0] : undefined;
  return { each, joined: () => (joined ??= Buffer.concat(each, bytes)) };
}
