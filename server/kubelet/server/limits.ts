/** Bounds of the kubelet's own server. */

/** Milliseconds for a client to open the streams of a command or of a forwarded port (upstream: 30 s). */
export const STREAM_CREATION_TIMEOUT_MS = 30_000;
/** Milliseconds for which a permission counts, and a refusal. */
export const ALLOWED_MS = 300_000;
export const REFUSED_MS = 30_000;
/** Answers about users that are remembered; of more, the oldest are asked for again. */
export const REMEMBERED_ANSWERS = 1024;
/** Ports that one connection may forward without SPDY. */
export const MAX_PORTS = 64;
