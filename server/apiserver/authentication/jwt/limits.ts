/** Bounds of what is asked of other issuers. */

/** Milliseconds that an issuer has to answer; its tokens are then refused. */
export const ISSUER_TIMEOUT_MS = 10_000;
/** Bytes of an issuer's document; a longer one is none. */
export const ISSUER_DOCUMENT_BYTES = 1024 * 1024;
/** Milliseconds between two questions to an issuer: for keys that are not known, or after it did not answer. */
export const ISSUER_RETRY_MS = 10_000;
