/** Limits of the kubelet; docs/limits.md says what happens when each is reached. */

/** Milliseconds between the first two restarts of a container that ends again and again. */
export const RESTART_BACK_OFF = 10_000;
/** Milliseconds between restarts at most. */
export const MAX_RESTART_BACK_OFF = 300_000;
/** Milliseconds from the change of a running container's image to its restart. */
export const CHANGE_SETTLES = 1000;
/** Writes of pod status under way at once. */
export const STATUS_WRITES_IN_FLIGHT = 64;
/** Leases and node statuses being written at once. */
export const HEARTBEATS_IN_FLIGHT = 32;
/** Leases renewed in a second, as long as each is renewed twice before it ends. */
export const RENEWALS_PER_SECOND = 250;
/** Milliseconds between two reports of a node's status in which nothing changed. */
export const NODE_STATUS_REPORT_INTERVAL = 300_000;
/** Bytes of a termination message that a status takes. */
export const MAX_TERMINATION_MESSAGE = 4096;
/** Lines and characters of the end of a log that stand in for a termination message. */
export const MAX_TERMINATION_LOG_LINES = 80;
export const MAX_TERMINATION_LOG = 2048;
/** Images that a node's status names. */
export const NODE_STATUS_MAX_IMAGES = 50;
/** Milliseconds for which a ConfigMap or Secret that was found is taken to be there still. */
export const REFERENCES_KNOWN_FOR = 10_000;
/** Milliseconds between looks whether what the volumes of a running pod are made of has changed. */
export const VOLUMES_REFRESHED_EVERY = 10_000;
/** Seconds that a container has at least, from the signal on, whatever its hook took. */
export const MIN_GRACE_AFTER_HOOK = 2;
/** Milliseconds before it is tried again to give a container other resources. */
export const RESIZE_RETRY = 5000;
