/** Limits of the service proxy; docs/limits.md says what happens when each is reached. */

/** Clients of one port of a service that are remembered for its session affinity. */
export const MAX_REMEMBERED_CLIENTS = 10_000;
/** Milliseconds before it is tried again to listen where it failed. */
export const LISTEN_RETRY = 5000;
