/**
 * The storage seam: keys, bytes and revisions. Everything Kubernetes (codec, selectors, continue tokens, retries) lives
 * above it, once. An implementation is done when `contract/` passes.
 *
 * Revisions are positive integers below 2^53, strictly increasing over the whole store; commit order is revision order.
 * A store that holds nothing is at revision 1 or later, so that 0 can mean "any" above.
 */
export interface Storage {
  /** The newest state of one key, or undefined. Linearizable: reflects every write acknowledged before the call. */
  get(key: string): Promise<KeyValue | undefined>;

  /**
   * Keys that start with `prefix`, in key order (byte order), from one consistent state.
   * @throws Compacted, FutureRevision when `revision` names a state that is gone or does not exist yet.
   */
  list(prefix: string, options?: ListOptions): Promise<KeyRange>;

  /** @throws KeyExists */
  create(key: string, value: Uint8Array): Promise<Commit>;

  /** Replaces the value if the key's revision is still `expectedRevision`. @throws KeyNotFound, RevisionConflict */
  update(key: string, value: Uint8Array, expectedRevision: number): Promise<Commit>;

  /**
   * Removes the key if its revision is still `expectedRevision`. `lastValue`, if given, becomes the value of the DELETE
   * event in place of the stored one (a deletion may change the object one last time).
   * @throws KeyNotFound, RevisionConflict
   */
  delete(key: string, expectedRevision: number, lastValue?: Uint8Array): Promise<Commit>;

  /**
   * Every event with a revision > `afterRevision` on keys that start with `prefix`, in revision order without a gap, until
   * `signal` aborts. Events of one store-side batch arrive in one call. The events of this process's own writes are handed
   * to the sink before the promise of the write resolves whenever no foreign revision lies between.
   * The returned promise resolves once the watch has started and rejects with Compacted or FutureRevision; later trouble
   * goes to `sink.error` once, and the watch is over. A lost database connection is not trouble: the watch resumes.
   */
  watch(prefix: string, afterRevision: number, sink: WatchSink, signal: AbortSignal): Promise<void>;

  /**
   * The revision of the newest commit; any write acknowledged before the call is at or below it. One query in flight
   * answers all callers that were waiting when it was sent.
   */
  currentRevision(): Promise<number>;

  /** Forgets history up to and including `revision`; the current state stays. Reads and watches below it throw Compacted. */
  compact(revision: number): Promise<void>;

  /** Facts for health checks and metrics; never throws. */
  status(): StorageStatus;

  /** Finishes the writes already accepted, then releases everything. Later calls throw Unavailable. */
  close(): Promise<void>;
}

export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** Revision of the write that made this value. */
  readonly revision: number;
}

export interface ListOptions {
  /** At most so many keys; 0 or unset: all. */
  readonly limit?: number;
  /** Only keys strictly after this one. */
  readonly startAfter?: string;
  /** The state as of this revision; unset: the newest, linearizable. */
  readonly revision?: number;
}

export interface KeyRange {
  readonly items: readonly KeyValue[];
  /** The revision that the range shows. */
  readonly revision: number;
  /** True if `limit` cut the range. */
  readonly more: boolean;
}

export interface Commit {
  readonly revision: number;
}

export interface StorageEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** The new value; for a delete the last value the key had (or the `lastValue` given to delete). */
  readonly value: Uint8Array;
  readonly revision: number;
  /** Revision of the value this write replaced or deleted; 0 when the key did not exist. */
  readonly previousRevision: number;
}

export interface WatchSink {
  /** Events in revision order; `upTo` is the revision that the stream has reached, also when no event matched the prefix. */
  events(events: readonly StorageEvent[], upTo: number): void;
  error(error: Error): void;
}

export interface StorageStatus {
  /** False while the database cannot be reached. */
  readonly available: boolean;
  /** Why not, for a person. */
  readonly message: string;
  readonly compactedRevision: number;
}
