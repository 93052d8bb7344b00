/** The status of a container in the pod's status, from what is known of it. */
import type { ContainerStatus as RuntimeStatus } from '../../backends/runtime/interface.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import type { Container, PodStatus } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import { MAX_TERMINATION_MESSAGE } from './limits.ts';

export type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];
type ContainerState = NonNullable<ContainerStatus['state']>;

export interface StatusContext {
  /** Begins the ID of a container. */
  readonly runtime: string;
  /** Of containers that nothing is known of yet. */
  readonly waitingReason: string;
}

export function containerStatus(record: ContainerRecord, { runtime, waitingReason }: StatusContext): ContainerStatus {
  const { spec, status, last, waiting } = record;
  const isWaiting = status === undefined || waiting !== undefined;
  const ended = isWaiting ? (status?.state === 'exited' ? status : last) : last;
  // Nobody asks ephemeral ones whether they are ready or have started.
  const isProbed = record.kind !== 'ephemeral';
  const isReady = record.kind === 'init' ? isCompleted(record) : status?.state === 'running' && record.ready;
  return {
    name: spec.name,
    state: isWaiting ? { waiting: waiting ?? { reason: waitingReason } } : stateOf(status, runtime),
    lastState: ended === undefined ? {} : { terminated: terminatedState(ended, runtime) },
    ready: isProbed && isReady && !isWaiting,
    restartCount: record.restarts,
    image: record.image ?? spec.image ?? '',
    imageID: record.imageId ?? '',
    ...(status === undefined ? {} : { containerID: containerId(status, runtime) }),
    ...(isProbed ? { started: status?.state === 'running' && record.started } : {}),
    ...allocated(record),
    ...volumeMounts(spec),
    ...(status?.state === 'running' ? { user: { linux: userOf(spec) } } : {}),
  };
}

function isCompleted({ status }: ContainerRecord): boolean {
  return status?.state === 'exited' && status.exitCode === 0;
}

function containerId({ id }: RuntimeStatus, runtime: string): string {
  return `${runtime}://${id}`;
}

function stateOf(status: RuntimeStatus, runtime: string): ContainerState {
  if (status.state === 'running') return { running: { startedAt: formatTime(status.startedAt) } };
  return { terminated: terminatedState(status, runtime) };
}

function terminatedState(status: RuntimeStatus, runtime: string): NonNullable<ContainerState['terminated']> {
  const { exitCode, reason, signal, terminationMessage } = status;
  return {
    exitCode,
    ...(signal === 0 ? {} : { signal }),
    reason,
    ...(terminationMessage === '' ? {} : { message: terminationMessage.slice(0, MAX_TERMINATION_MESSAGE) }),
    startedAt: formatTime(status.startedAt),
    finishedAt: formatTime(status.finishedAt),
    containerID: containerId(status, runtime),
  };
}

function allocated({ spec, status, resources }: ContainerRecord): Partial<ContainerStatus> {
  if (status === undefined || resources === undefined) return {};
  const { requests } = spec.resources ?? {};
  const { requests: actual, limits } = resources;
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: { ...(limits === undefined ? {} : { limits }), ...(actual === undefined ? {} : { requests: actual }) },
  };
}

function volumeMounts({ volumeMounts: mounts = [] }: Container): Partial<ContainerStatus> {
  if (mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  };
}

function userOf({ securityContext }: Container): { uid: number; gid: number; supplementalGroups: number[] } {
  const gid = securityContext?.runAsGroup ?? 0;
  return { uid: securityContext?.runAsUser ?? 0, gid, supplementalGroups: [gid] };
}
