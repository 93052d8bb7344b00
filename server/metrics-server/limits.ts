/** Named limits of the metrics server; docs/limits.md tells what happens at each. */

/** Milliseconds for which the figures of a node are told again before the node is asked anew. */
export const FIGURES_FRESH_MS = 15_000;

/** Milliseconds that a kubelet has to tell its figures. */
export const KUBELET_ANSWER_MS = 10_000;

/** Kubelets that are asked side by side. */
export const KUBELETS_ASKED_AT_ONCE = 32;
