/** Bounds of what is remembered of service account tokens. */

/** Tokens whose signatures are not checked again; of more, the oldest are. */
export const VERIFIED_TOKENS = 10_000;
