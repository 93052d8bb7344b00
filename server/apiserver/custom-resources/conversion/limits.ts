/** Bounds of conversions by webhooks. */

/** Milliseconds that a webhook has for a review. */
export const CONVERSION_TIMEOUT_MS = 30_000;
/** Objects that are sent in one review. */
export const CONVERSION_BATCH = 100;
/** Conversions that field management has asked for, kept until it asks again. */
export const REMEMBERED_CONVERSIONS = 64;
