/**
 * When frames leave: at once while there is little to do, gathered for a few milliseconds under load. Also feeds, turn by
 * turn, the watchers that are not on the live feed (yet, or any more).
 */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { CacherLimits } from './limits.ts';
import type { WatchGroup } from './watch-group.ts';

/** `done`: on the live feed or over; `stuck`: the peer took nothing, or what is awaited has not come. */
export type CatchUpProgress = 'done' | 'progress' | 'stuck';

export interface CatchingUp {
  catchUp(): CatchUpProgress;
}

export class FrameDispatcher {
  readonly #clock: Clock;
  readonly #limits: CacherLimits;
  readonly #groups = new Set<WatchGroup>();
  #waiting: WatchGroup[] = [];
  #flushing = false;
  #windowStart = Number.NEGATIVE_INFINITY;
  #writes = 0;
  #cancelFlush: (() => void) | undefined;
  readonly #catchingUp = new Set<CatchingUp>();
  #cancelTurn: (() => void) | undefined;
  #pause: number;
  #spread = 0;

  constructor(clock: Clock, limits: CacherLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#pause = limits.catchUpPause[0];
  }

  get catchingUp(): number {
    return this.#catchingUp.size;
  }

  addGroup(group: WatchGroup): void {
    this.#groups.add(group);
    group.bookmarkAt = this.#nextBookmark();
  }

  deleteGroup(group: WatchGroup): void {
    this.#groups.delete(group);
  }

  /** The group has frames to hand on. */
  mark(group: WatchGroup): void {
    if (group.waiting) return;
    group.waiting = true;
    this.#waiting.push(group);
  }

  /** A batch has been applied. */
  settle(): void {
    if (this.#waiting.length === 0 || this.#flushing) return;
    const now = this.#clock.monotonic();
    const { coalesceWindow, coalesceAfterWrites, coalesceBytes } = this.#limits;
    if (now - this.#windowStart >= coalesceWindow) {
      this.#windowStart = now;
      this.#writes = 0;
    }
    if (this.#writes < coalesceAfterWrites) {
      this.flush();
      return;
    }
    const full = this.#waiting.filter((group) => group.bytes >= coalesceBytes);
    if (full.length > 0) {
      this.#waiting = this.#waiting.filter((group) => group.bytes < coalesceBytes);
      for (const group of full) this.#writes += group.flush();
    }
    if (this.#waiting.length > 0) {
      this.#cancelFlush ??= this.#clock.after(this.#windowStart + coalesceWindow - now, () => {
        this.#cancelFlush = undefined;
        this.#windowStart = this.#clock.monotonic();
        this.#writes = 0;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    // A sink may write to the store and so bring about more frames.
    for (let groups = this.#waiting; groups.length > 0; groups = this.#waiting) {
      this.#waiting = [];
      for (const group of groups) this.#writes += group.flush();
    }
    this.#flushing = false;
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
  }

  /** Bookmarks that are due; each comes after every event up to its revision. */
  sendBookmarks(now: number): void {
    for (const group of this.#groups) {
      if (group.bookmarkAt > now) continue;
      group.bookmarkAt = this.#nextBookmark();
      group.flush();
      group.bookmark();
    }
  }

  /** Gives the watcher its next turns until it is done. */
  feed(watcher: CatchingUp): void {
    this.#catchingUp.add(watcher);
    this.#pause = this.#limits.catchUpPause[0];
    this.#scheduleTurn();
  }

  stopFeeding(watcher: CatchingUp): void {
    this.#catchingUp.delete(watcher);
  }

  stop(): void {
    this.#cancelFlush?.();
    this.#cancelTurn?.();
  }

  #scheduleTurn(): void {
    if (this.#catchingUp.size > 0) this.#cancelTurn ??= this.#clock.after(this.#pause, () => this.#turn());
  }

  #turn(): void {
    this.#cancelTurn = undefined;
    let stuck = true;
    for (const watcher of this.#catchingUp) {
      const progress = watcher.catchUp();
      if (progress === 'done') this.#catchingUp.delete(watcher);
      if (progress !== 'stuck') stuck = false;
    }
    const [first, last] = this.#limits.catchUpPause;
    this.#pause = stuck ? Math.min(last, this.#pause * 2) : first;
    this.#scheduleTurn();
  }

  #nextBookmark(): number {
    const { bookmarkInterval } = this.#limits;
    // Golden-ratio steps spread any number of groups evenly.
    this.#spread = (this.#spread + 0.618) % 1;
    return this.#clock.monotonic() + bookmarkInterval * (1 - 0.1 * this.#spread);
  }
}
