/** What one may choose about a PostgreSQL store, and its limits, each with its unit. */
import type { ClientConfig } from 'pg';
import type { Clock } from '../clock.ts';

export interface PostgresStorageOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`; sslmode as libpq means it. Or give `connection`. */
  readonly connectionString?: string;
  readonly connection?: ClientConfig;
  /** Schema that holds the store, created when missing; several stores may share a database. Default `portico`. */
  readonly schema?: string;
  /** Shown in pg_stat_activity. Default `portico`. */
  readonly applicationName?: string;
  /** True if no other process ever writes to this store: no notifications, and currentRevision() needs no query. */
  readonly soleWriter?: boolean;
  /** Milliseconds for which history is kept by automatic compaction; 0 turns it off. */
  readonly compactionInterval?: number;
  /** Milliseconds to wait for the database when starting. */
  readonly startTimeout?: number;
  /** Connections for reads, beside the one for writes and the one for the feed. */
  readonly readConnections?: number;
  /**
   * Milliseconds that calls wait for a lost connection to come back before they fail fast; default RECONNECT_GRACE_MS. Whoever
   * starts the database again themselves knows better how long that may take.
   */
  readonly reconnectGrace?: number;
  /** Most writes in one batch. */
  readonly batchWrites?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
  readonly clock?: Clock;
}

/** Something an operator may want to read; `message` says it for a person. */
interface StorageLogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly error?: unknown;
}

export type OnEvent = (event: StorageLogEvent) => void;

export const DEFAULT_START_TIMEOUT_MS = 10_000;
export const DEFAULT_READ_CONNECTIONS = 6;

/** Writes; above, the batch rate falls faster than the batch grows (measured at 64 and 256). */
export const DEFAULT_BATCH_WRITES = 128;
/** Bytes of values after which a batch takes no further write. */
export const BATCH_BYTES = 8 * 1024 * 1024;
/** Writes accepted and not yet sent; one more is refused with Unavailable. */
export const QUEUE_WRITES = 20_000;
/** An answer that takes longer counts as a lost connection: the connection is closed and made anew. */
export const WRITE_TIMEOUT_MS = 30_000;
export const READ_TIMEOUT_MS = 60_000;
/** How long a write whose answer was lost waits for certainty before it fails as uncertain; never shorter than the grace. */
export const RESOLVE_TIMEOUT_MS = 5_000;
/** How long calls wait for a lost connection to come back before they fail fast: a restart is over sooner. */
export const RECONNECT_GRACE_MS = 1_000;
/** First and longest pause between attempts to connect. */
export const RECONNECT_MIN_MS = 25;
export const RECONNECT_MAX_MS = 2_000;
/** Longest pause while calls still wait for the connection. */
export const RECONNECT_WAITED_FOR_MS = 100;
export const CONNECT_TIMEOUT_MS = 5_000;

/** Polling while notifications arrive (covers a lost one), and while they do not (a pooler without LISTEN). */
export const POLL_WITH_LISTEN_MS = 1_000;
export const POLL_WITHOUT_LISTEN_MS = 50;
/** How long the notification that proves LISTEN may take. */
export const LISTEN_PROBE_MS = 2_000;
/** Bytes of values read from the log at once; one row more may come. */
export const LOG_CHUNK_BYTES = 4 * 1024 * 1024;

/** Revisions that a restored store jumps ahead: days of writing at the highest rate. */
export const EPOCH_JUMP_REVISIONS = 10_000_000_000;
