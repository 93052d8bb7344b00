/** Bounds of what a KMS plugin is asked for. */

/** Milliseconds until a plugin that is well, that is not well, is asked for its state again. */
export const HEALTHY_POLL_MS = 60_000;
export const UNHEALTHY_POLL_MS = 10_000;
/** Milliseconds for which a seed may write after the plugin was last found well. */
export const SEED_LIFE_MS = 3 * 60_000;
/** Seeds that are kept decrypted; those of more are asked for again. */
export const KNOWN_SEEDS = 1000;
/** Milliseconds that a call may take, unless the configuration says otherwise. */
export const KMS_TIMEOUT_MS = 3_000;
