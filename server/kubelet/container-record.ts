/** What the kubelet knows of one container of a pod: what runs, what ran before, what it waits for. */
import type { ContainerStatus, Image } from '../../backends/runtime/interface.ts';
import type { Container } from '../client/api-types.ts';
import type { RestartBackOff } from './back-off.ts';

/** A sidecar is an init container that is always restarted: others start beside it. */
export type ContainerKind = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface ContainerRecord {
  spec: Container;
  readonly kind: ContainerKind;
  /** Of the newest container, running or ended. */
  status: ContainerStatus | undefined;
  /** The end of the one before. */
  last: ContainerStatus | undefined;
  restarts: number;
  /** Why it does not run although it should; the state of its status then. */
  waiting: { readonly reason: string; readonly message?: string } | undefined;
  /** Something is under way; it is not touched meanwhile. */
  busy: 'starting' | 'stopping' | undefined;
  /** When what it was started from changed (milliseconds since the epoch): it runs again, whatever its restart policy. */
  outdatedSince: number | undefined;
  /** The startup probe has succeeded, or there is none. */
  started: boolean;
  /** The readiness probe succeeds, or there is none. */
  ready: boolean;
  /** As the runtime names the image, once it is there. */
  isResizing: boolean;
  /** What the running container has, as its spec said it. */
  resources: Container['resources'];
  image: string | undefined;
  imageId: string | undefined;
  readonly restartBackOff: RestartBackOff;
  readonly startBackOff: RestartBackOff;
  /** Why the last attempt did not lead to a container; `ofImage`: the image could not be had. */
  startFailure:
    | { readonly reason: string; readonly message: string; readonly at: number; readonly ofImage: boolean }
    | undefined;
}

/** What it ran as before, if it did, is its last one from now on. */
export function hasStarted(
  record: ContainerRecord,
  started: Pick<ContainerRecord, 'resources'> & { readonly status: ContainerStatus; readonly image: Image },
  now: number,
): void {
  if (record.status !== undefined) {
    record.restarts++;
    record.restartBackOff.next(now);
    record.last = record.status;
  }
  const { status, image, resources } = started;
  Object.assign(record, { status, resources, imageId: image.id, image: image.names.at(-1) });
  record.startFailure = undefined;
  record.waiting = undefined;
  record.outdatedSince = undefined;
}

/** It waits for another attempt, which is due when this says. */
export function hasNotStarted(
  record: ContainerRecord,
  failure: NonNullable<ContainerRecord['startFailure']>,
  now: number,
): number {
  record.startFailure = failure;
  record.waiting = { reason: failure.reason, message: failure.message };
  record.startBackOff.next(now);
  return now + record.startBackOff.delay;
}

export function isRunning({ status }: ContainerRecord): boolean {
  return status?.state === 'running';
}

export function hasExited({ status }: ContainerRecord): boolean {
  return status?.state === 'exited';
}
