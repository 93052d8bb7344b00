/** Limits of containers of any runtime; docs/limits.md says what happens when each is reached. */

/** Lines of a container's log that are kept at least. */
export const MAX_LOG_LINES = 4000;
