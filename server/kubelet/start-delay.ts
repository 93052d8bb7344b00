/** Whether a container must still wait before it is started again: for its image, or because it ended again and again. */
import type { Pod } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PodEvent } from './pod-events.ts';

export interface StartDelay {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly waiting: { readonly reason: string; readonly message: string };
  /** Sent once for each wait. */
  readonly event: PodEvent;
}

/** Undefined: it can start now. */
export function startDelay(record: ContainerRecord, pod: Pod, now: number): StartDelay | undefined {
  const { startFailure, startBackOff, restartBackOff, status, spec } = record;
  const forImage = startFailure === undefined ? 0 : startBackOff.remaining(startFailure.at, now);
  if (startFailure !== undefined && forImage > 0) {
    if (!startFailure.ofImage) return { until: now + forImage, waiting: startFailure, event: restarting(record, pod) };
    const message = `Back-off pulling image ${JSON.stringify(spec.image ?? '')}`;
    return {
      until: now + forImage,
      waiting: { reason: 'ImagePullBackOff', message: `${message}: ${startFailure.reason}: ${startFailure.message}` },
      event: { type: 'Normal', reason: 'BackOff', message },
    };
  }
  const forRestart = status === undefined ? 0 : restartBackOff.remaining(status.finishedAt, now);
  if (forRestart <= 0) return undefined;
  const message = `back-off ${goSeconds(restartBackOff.delay)} restarting failed container=${spec.name} pod=${idOf(pod)}`;
  return { until: now + forRestart, waiting: { reason: 'CrashLoopBackOff', message }, event: restarting(record, pod) };
}

function restarting({ spec }: ContainerRecord, pod: Pod): PodEvent {
  const message = `Back-off restarting failed container ${spec.name} in pod ${idOf(pod)}`;
  return { type: 'Warning', reason: 'BackOff', message };
}

function idOf({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

/** "10s", "2m40s", "5m0s". */
function goSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
