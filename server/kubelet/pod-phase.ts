/** The phase of a pod, from the statuses of its containers. */
import type { PodSpec, PodStatus } from '../client/api-types.ts';
import { shouldRestart } from './restart-policy.ts';
import type { ContainerStatus } from './container-status.ts';

interface Counts {
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  notRestartable: number;
  succeeded: number;
}

export interface PhaseParts {
  readonly spec: PodSpec | undefined;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  /** Nothing of it will ever run again. */
  readonly isTerminal: boolean;
}

export function podPhase({ spec, initStatuses, statuses, isTerminal }: PhaseParts): NonNullable<PodStatus['phase']> {
  const counts: Counts = { unknown: 0, running: 0, waiting: 0, stopped: 0, notRestartable: 0, succeeded: 0 };
  const init = countInit(spec, initStatuses, counts);
  for (const container of spec?.containers ?? []) {
    const status = statuses.find(({ name }) => name === container.name);
    const ended =
      status?.state?.terminated ?? (status?.state?.waiting === undefined ? undefined : status.lastState?.terminated);
    if (status?.state?.running !== undefined) counts.running++;
    else if (ended !== undefined) {
      counts.stopped++;
      if (!shouldRestart(container, spec, ended.exitCode)) counts.notRestartable++;
      if (status?.state?.terminated?.exitCode === 0) counts.succeeded++;
    } else if (status?.state?.waiting !== undefined) counts.waiting++;
    else counts.unknown++;
  }
  if (init.hasFailed) return 'Failed';
  const hasBegun = counts.running + counts.stopped > 0;
  if (init.pending > 0 || (init.pendingSidecars > 0 && !hasBegun) || counts.waiting > 0) return 'Pending';
  if (counts.unknown > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  if (!isTerminal && counts.stopped !== counts.notRestartable) return 'Running';
  return counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed';
}

function countInit(
  spec: PodSpec | undefined,
  statuses: readonly ContainerStatus[],
  counts: Counts,
): { pending: number; pendingSidecars: number; hasFailed: boolean } {
  const found = { pending: 0, pendingSidecars: 0, hasFailed: false };
  for (const container of spec?.initContainers ?? []) {
    const status = statuses.find(({ name }) => name === container.name);
    const { running, terminated, waiting } = status?.state ?? {};
    if (container.restartPolicy === 'Always') {
      if (running !== undefined) counts.running++;
      else if (status === undefined) counts.unknown++;
      const isWaiting = waiting !== undefined && status?.lastState?.terminated === undefined;
      if (isWaiting) counts.waiting++;
      if (isWaiting || (running !== undefined && status?.started !== true)) found.pendingSidecars++;
      continue;
    }
    const ended = terminated ?? (waiting === undefined ? undefined : status?.lastState?.terminated);
    if (ended === undefined) found.pending++;
    else if (ended.exitCode !== 0) {
      const policy = container.restartPolicy ?? spec?.restartPolicy ?? 'Always';
      if (!shouldRestart({ ...container, restartPolicy: policy }, spec, ended.exitCode)) found.hasFailed = true;
      else found.pending++;
    }
  }
  return found;
}
