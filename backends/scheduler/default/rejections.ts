/** Makes the rejections that plugins share with all pods and nodes. */
import type { Rejection } from '../interface.ts';

/** Another place, or room made, may do. */
export function unschedulable(...reasons: readonly string[]): Rejection {
  return Object.freeze({ reasons, isFinal: false });
}

/** Whatever is evicted, it does not help. */
export function unresolvable(...reasons: readonly string[]): Rejection {
  return Object.freeze({ reasons, isFinal: true });
}
