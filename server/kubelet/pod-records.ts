/** The containers of a pod as records: made from its spec, and from what its status says happened before this kubelet started. */
import type { ContainerStatus as RuntimeStatus } from '../../backends/runtime/interface.ts';
import type { Container, Pod } from '../client/api-types.ts';
import { RestartBackOff } from './back-off.ts';
import type { ContainerKind, ContainerRecord } from './container-record.ts';
import type { ContainerStatus } from './container-status.ts';
import { MAX_RESTART_BACK_OFF, RESTART_BACK_OFF } from './limits.ts';

const backOffLimits = { initial: RESTART_BACK_OFF, max: MAX_RESTART_BACK_OFF };

/** Keeps what is known of containers that are there already; ephemeral ones may have come. */
export function recordsOf(pod: Pod, known: readonly ContainerRecord[], now: number): ContainerRecord[] {
  const { spec, status } = pod;
  const find = (statuses: readonly ContainerStatus[] | undefined, name: string) =>
    statuses?.find((each) => each.name === name);
  const record = (container: Container, kind: ContainerKind, before: ContainerStatus | undefined): ContainerRecord => {
    const present = known.find(({ spec: { name }, kind: of }) => name === container.name && of === kind);
    if (present === undefined) return newRecord({ container, kind, before, now });
    // Images and resources of a running pod may change.
    if (present.spec.image !== container.image && present.status !== undefined && kind !== 'ephemeral')
      present.outdatedSince ??= now;
    present.spec = container;
    return present;
  };
  return [
    ...(spec?.initContainers ?? []).map((container) =>
      record(
        container,
        container.restartPolicy === 'Always' ? 'sidecar' : 'init',
        find(status?.initContainerStatuses, container.name),
      ),
    ),
    ...(spec?.containers ?? []).map((container) =>
      record(container, 'main', find(status?.containerStatuses, container.name)),
    ),
    ...(spec?.ephemeralContainers ?? []).map((container) =>
      record(container as Container, 'ephemeral', find(status?.ephemeralContainerStatuses, container.name)),
    ),
  ];
}

function newRecord({
  container,
  kind,
  before,
  now,
}: {
  container: Container;
  kind: ContainerKind;
  before: ContainerStatus | undefined;
  now: number;
}): ContainerRecord {
  return {
    spec: container,
    kind,
    status: before === undefined ? undefined : endedBefore(before, now),
    last: undefined,
    restarts: before?.restartCount ?? 0,
    waiting: undefined,
    busy: undefined,
    outdatedSince: undefined,
    started: false,
    ready: false,
    isResizing: false,
    resources: container.resources,
    image: undefined,
    imageId: before === undefined || before.imageID === '' ? undefined : before.imageID,
    restartBackOff: new RestartBackOff(backOffLimits),
    startBackOff: new RestartBackOff(backOffLimits),
    startFailure: undefined,
  };
}

/** A container that ran when the kubelet was last seen, and is not there any more, has ended without a trace. */
function endedBefore(before: ContainerStatus, now: number): RuntimeStatus | undefined {
  const { terminated, running, waiting } = before.state ?? {};
  const ended = terminated ?? (waiting === undefined ? undefined : before.lastState?.terminated);
  const id = (ended?.containerID ?? before.containerID ?? '').replace(/^[^:]*:\/\//, '');
  const same = { id, sandboxId: '', name: before.name, state: 'exited', imageId: before.imageID } as const;
  if (ended !== undefined) {
    const { exitCode, signal = 0, reason = '', message = '', startedAt, finishedAt } = ended;
    return {
      ...same,
      exitCode,
      signal,
      reason,
      terminationMessage: message,
      startedAt: Date.parse(String(startedAt ?? '')) || now,
      finishedAt: Date.parse(String(finishedAt ?? '')) || now,
    };
  }
  if (running === undefined) return undefined;
  return {
    ...same,
    exitCode: 137,
    signal: 0,
    reason: 'ContainerStatusUnknown',
    terminationMessage: 'The container could not be located when the pod was terminated',
    startedAt: Date.parse(String(running.startedAt ?? '')) || now,
    finishedAt: now,
  };
}
