/** Limits of the allocation of addresses and ports; what each means is in docs/limits.md. */

/** Milliseconds that a request may take between its claims and its write. */
export const CLAIM_GRACE_MS = 60_000;
