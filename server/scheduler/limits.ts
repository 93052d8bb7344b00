/** Limits of the scheduler; docs/limits.md says what happens when each is reached. */

/** Bindings under way at once. */
export const BINDINGS_IN_FLIGHT = 64;
/** Milliseconds a pod that did not fit waits at first, and at most, after something has changed. */
export const INITIAL_BACK_OFF = 1000;
export const MAX_BACK_OFF = 10_000;
/** Milliseconds after which a pod is tried again although nothing is known to have changed. */
export const MAX_UNSCHEDULABLE = 300_000;
/** Milliseconds of scheduling before others get their turn. */
export const TURN = 8;
/** Nodes below which all are looked at. */
export const MIN_FEASIBLE_NODES = 100;
/** Percent of the nodes of the largest clusters that are scored. */
export const MIN_PERCENTAGE_OF_NODES = 5;
/** Texts of quantities whose amounts are kept. */
export const AMOUNTS_KNOWN = 10_000;
/** Characters of an event's note. */
export const MAX_NOTE = 1024;
/** Expressions that select devices and are kept compiled. */
export const EXPRESSIONS_KNOWN = 1000;
