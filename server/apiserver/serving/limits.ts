/** Limits of connections, each with its unit; docs/limits.md says what happens at each. */

/** Streams that one HTTP/2 connection may have open (upstream: 250). */
export const MAX_CONCURRENT_STREAMS = 250;
/** Megabytes one HTTP/2 connection may hold; Node's default of 10 refuses concurrent large answers. */
export const MAX_SESSION_MEMORY_MB = 512;
/** Bytes of one request's headers, its URL included (upstream: 1 MiB). */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Headers of one HTTP/2 request. */
export const MAX_HEADER_PAIRS = 2_000;
/** Bytes of a request body that a client may send ahead of being read, per stream. */
export const INITIAL_WINDOW_BYTES = 1024 * 1024;
/** Milliseconds for a TLS handshake. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Milliseconds for a client to send its headers (upstream: 32 s). */
export const HEADERS_TIMEOUT_MS = 32_000;
/** Milliseconds for a whole HTTP/1.1 request to arrive, whatever became of its answer. */
export const UPLOAD_TIMEOUT_MS = 120_000;
/** Milliseconds between looks for HTTP/1.1 clients that are late. */
export const SLOW_CLIENT_CHECK_MS = 5_000;
/** Milliseconds without a request after which a connection is closed (upstream: 90 s, as long as Go's clients keep one). */
export const IDLE_TIMEOUT_MS = 90_000;
/** Milliseconds of silence after which the system asks whether the peer is still there. */
export const KEEP_ALIVE_PROBE_MS = 15_000;
/** Milliseconds in which a client that was refused can read why. */
export const LINGER_MS = 500;
/** Milliseconds between looks, during a stop, for connections that are done. */
export const STOP_SWEEP_MS = 20;
