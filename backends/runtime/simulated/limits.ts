/** Limits of simulated containers; docs/limits.md says what happens when each is reached. */

/** Lines of a container's log that are kept at least. */
export const MAX_LOG_LINES = 4000;
