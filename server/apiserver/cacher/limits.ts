/** Every bound of the cacher: its name, its unit, and what happens when it is reached. */
export interface CacherLimits {
  /** Keys that one page of the initial scan asks the store for. */
  readonly loadPageKeys: number;
  /** Revisions of history that a starting server reads back, so that watches and old lists survive its restart. */
  readonly backfillRevisions: number;
  /** Milliseconds between attempts to load after a failure: doubled from the first to the second. */
  readonly reloadBackoff: readonly [number, number];
  /** Milliseconds that a read waits for a revision; then TooLargeResourceVersion (504). */
  readonly freshTimeout: number;

  /** Events that a resource keeps whatever their age; older ones leave once `ringWindow` has passed. */
  readonly ringMinEvents: number;
  /** Events that a resource keeps at most; a watch or old list from before the oldest gets Expired (410). */
  readonly ringMaxEvents: number;
  /** Bytes of superseded objects that a resource's events keep alive at most; then as `ringMaxEvents`. */
  readonly ringMaxBytes: number;
  /** Milliseconds. */
  readonly ringWindow: number;

  /** States of one resource kept for further pages; the longest unused goes, its pages are then read from the store. */
  readonly snapshots: number;
  /** Milliseconds that a state is kept after its last page. */
  readonly snapshotAge: number;

  /** Label and field indexes of one resource; the longest unused is dropped, its selector is then a scan. */
  readonly indexes: number;
  /** Milliseconds after which an unused index is dropped. */
  readonly indexAge: number;

  /** Events and bytes applied at a time: what a watcher gets in one buffer at most. */
  readonly applyEvents: number;
  readonly applyBytes: number;
  /** Milliseconds, the unit of load: sink writes are counted in windows of this length. */
  readonly coalesceWindow: number;
  /** Sink writes in a window after which further events wait for its end; below, events are sent at once. */
  readonly coalesceAfterWrites: number;
  /** Bytes waiting in one group of watchers that are sent without waiting for the window's end. */
  readonly coalesceBytes: number;

  /**
   * Bytes a peer has not taken. Beyond it the watcher leaves the live feed and is fed from the resource's ring as its peer
   * takes them; it ends as expired only when the ring has lost its place.
   */
  readonly watchPendingBytes: number;
  /** Bytes of frames that one resource keeps for watchers that replay the same events; beyond it they are encoded again. */
  readonly replayBytes: number;
  /** Bytes written per turn to a watcher that is catching up (initial objects, replay, a peer that was slow). */
  readonly catchUpBytes: number;
  /** Milliseconds between turns of catching up: doubled from the first to the second while no peer takes anything. */
  readonly catchUpPause: readonly [number, number];
  /** Milliseconds between bookmarks; spread over the last tenth, so that not all come at once. */
  readonly bookmarkInterval: number;

  /** Events kept of keys that no served resource covers yet, so that a resource added later has its history. */
  readonly unclaimedEvents: number;
  readonly unclaimedBytes: number;

  /** Milliseconds between rounds of housekeeping (ages above, bookmarks due). */
  readonly housekeepingInterval: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultLimits: CacherLimits = {
  loadPageKeys: 2000,
  backfillRevisions: 2000,
  reloadBackoff: [50, 5000],
  freshTimeout: 3000,
  ringMinEvents: 1024,
  ringMaxEvents: 100 * KiB,
  ringMaxBytes: 64 * MiB,
  ringWindow: 75_000,
  snapshots: 32,
  snapshotAge: 75_000,
  indexes: 16,
  indexAge: 300_000,
  applyEvents: 256,
  applyBytes: MiB,
  coalesceWindow: 4,
  coalesceAfterWrites: 256,
  coalesceBytes: 64 * KiB,
  watchPendingBytes: 4 * MiB,
  replayBytes: 4 * MiB,
  catchUpBytes: MiB,
  catchUpPause: [1, 100],
  bookmarkInterval: 60_000,
  unclaimedEvents: 1024,
  unclaimedBytes: 4 * MiB,
  housekeepingInterval: 1000,
};
