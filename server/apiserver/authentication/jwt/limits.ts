/** Bounds of what is asked of token issuers. */

/** Milliseconds between two questions to an issuer: for keys that are not known, or after it did not answer. */
export const ISSUER_RETRY_MS = 10_000;
/** Issuers of distributed claims whose keys are remembered by one issuer that names them; of more, the oldest are asked for again. */
export const DISTRIBUTED_ISSUERS = 64;
