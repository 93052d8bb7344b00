/** Bounds of what is asked of extension servers, and how often. */

/** Milliseconds that an extension server has to say that it is there. */
export const AVAILABILITY_TIMEOUT_MS = 5_000;
/** Times that it is asked before it counts as gone. */
export const AVAILABILITY_ATTEMPTS = 5;
/** Milliseconds between two checks of a server that is there. */
export const AVAILABILITY_RESYNC_MS = 30_000;
/** Milliseconds that an extension server has for its discovery or OpenAPI documents. */
export const DISCOVERY_TIMEOUT_MS = 5_000;
/** Milliseconds after which its documents are asked for again. */
export const DISCOVERY_RESYNC_MS = 60_000;
/** APIServices that are written side by side: their writes share commits. */
export const REGISTRATION_WORKERS = 32;
