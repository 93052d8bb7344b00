/** Limits of the cluster's name server; docs/limits.md says what happens when each is reached. */

/** Seconds for which an answer may be kept. */
export const DNS_TTL = 5;
/** Milliseconds for which another name server is waited for. */
export const FORWARD_TIMEOUT = 5000;
/** Bytes of an answer that goes without a connection, whatever the client says. */
export const MAX_DATAGRAM = 1232;
