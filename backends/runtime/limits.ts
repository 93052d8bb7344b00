/** Limits of containers of any runtime; docs/limits.md says what happens when each is reached. */

/** Lines of a container's log that are kept at least. */
export const MAX_LOG_LINES = 4000;
/** Milliseconds after which a flow of datagrams in which nothing was sent is forgotten. */
export const UDP_FLOW_IDLE = 30_000;
