/** When a pod has been active for long enough. */
import type { Pod } from '../client/api-types.ts';

export const deadlineExceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
} as const;

/** Milliseconds since the epoch; undefined: it may run for ever. */
export function deadlineOf({ spec }: Pod, startedAt: number): number | undefined {
  return spec?.activeDeadlineSeconds === undefined ? undefined : startedAt + spec.activeDeadlineSeconds * 1000;
}
