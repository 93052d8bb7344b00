/** Bounds of what admission policies evaluate and say. */

/** CEL cost of all validations of a policy for one binding and parameter, and of one mutation. */
export const POLICY_BUDGET = 10_000_000;
/** Bytes of a message that an expression makes; a longer one is not used. */
export const MAX_MESSAGE_BYTES = 5 * 1024;
/** Bytes of an audit annotation; the rest is cut off. */
export const MAX_ANNOTATION_BYTES = 10 * 1024;
