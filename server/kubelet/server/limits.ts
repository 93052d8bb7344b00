/** Bounds of the kubelet's own server. */

/** Milliseconds for a client to open the streams of a command or of a forwarded port (upstream: 30 s). */
export const STREAM_CREATION_TIMEOUT_MS = 30_000;
/** Ports that one connection may forward without SPDY. */
export const MAX_PORTS = 64;
