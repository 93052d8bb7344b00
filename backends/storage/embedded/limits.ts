/** Limits of the embedded PostgreSQL, each with its unit. */

/** Milliseconds until a start that shows nothing counts as failed (crash recovery of a large log takes seconds). */
export const START_TIMEOUT_MS = 60_000;
/** Milliseconds between looks at whether the server is ready. */
export const READY_POLL_MS = 3;
/** Milliseconds that an orderly shutdown may take; then the server is stopped at once and recovers at its next start. */
export const STOP_TIMEOUT_MS = 2_000;
/** First and longest pause before a server that died is started again. */
export const RESTART_MIN_MS = 20;
export const RESTART_MAX_MS = 5_000;
/** Milliseconds that calls wait for a server that died and is started again, crash recovery included. */
export const RESTART_GRACE_MS = 15_000;
/** Bytes after which the server's log file is begun anew at a start. */
export const LOG_FILE_BYTES = 4 * 1024 * 1024;
/** Connections; the store uses one for writes and a few for reads, the rest is for people with psql. */
export const MAX_CONNECTIONS = 20;
/** Bytes that the path of a Unix socket may have on the narrowest system. */
export const SOCKET_PATH_BYTES = 103;
