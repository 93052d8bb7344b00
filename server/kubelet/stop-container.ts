/** Brings one container down: its hook first, then the signal, within the grace period. */
import type { ContainerRecord } from './container-record.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { runPreStop } from './lifecycle-hooks.ts';
import { MIN_GRACE_AFTER_HOOK } from './limits.ts';
import type { PodEvent } from './pod-events.ts';

export interface StopParts {
  readonly environment: KubeletEnvironment;
  readonly graceSeconds: number;
  readonly say: (event: PodEvent) => void;
}

/** Resolves when it has ended. */
export async function stopContainer(
  record: ContainerRecord,
  { environment, graceSeconds, say }: StopParts,
): Promise<void> {
  const { clock, runtime } = environment;
  const begun = clock.monotonic();
  const failed = await runPreStop(record, environment, graceSeconds);
  if (failed !== undefined) say({ type: 'Warning', reason: 'FailedPreStopHook', message: failed });
  const left = graceSeconds - Math.floor((clock.monotonic() - begun) / 1000);
  const grace = graceSeconds === 0 ? 0 : Math.max(Math.min(graceSeconds, MIN_GRACE_AFTER_HOOK), left);
  await runtime.stopContainer(record.status?.id ?? '', grace);
}
