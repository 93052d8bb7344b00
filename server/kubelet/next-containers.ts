/** What to do next with a pod's containers: pure, from the spec and what is known of each. */
import type { PodSpec } from '../client/api-types.ts';
import { type ContainerRecord, hasExited, isRunning } from './container-record.ts';
import { shouldRestart } from './restart-policy.ts';

export interface NextContainers {
  /** To be started now, or when their back-off allows it. */
  readonly start: readonly ContainerRecord[];
  /** To be stopped: sidecars whose pod is done. */
  readonly stop: readonly ContainerRecord[];
  /** Nothing of it will run again by itself; true also while something of it is still being stopped. */
  readonly isDone: boolean;
}

const nothing: NextContainers = { start: [], stop: [], isDone: false };

/** `records` in the order of the spec: init containers, then the others, then ephemeral ones. */
export function nextContainers(spec: PodSpec | undefined, records: readonly ContainerRecord[]): NextContainers {
  const mains = records.filter(({ kind }) => kind === 'main');
  const sidecars = records.filter(({ kind }) => kind === 'sidecar');
  const isInitialized = mains.some((record) => record.status !== undefined || record.restarts > 0);
  const start: ContainerRecord[] = [];
  const isDone = (record: ContainerRecord): boolean =>
    hasExited(record) &&
    record.outdatedSince === undefined &&
    !shouldRestart(record.spec, spec, record.status?.exitCode ?? 0);
  const wantsStart = (record: ContainerRecord): boolean => {
    if (record.busy !== undefined || isRunning(record)) return false;
    return (
      record.status === undefined ||
      record.outdatedSince !== undefined ||
      shouldRestart(record.spec, spec, record.status.exitCode)
    );
  };

  if (isInitialized && mains.every(isDone)) {
    return { start: [], stop: sidecars.filter(isRunning), isDone: true };
  }
  for (const record of records) {
    if (record.kind === 'sidecar') {
      // Those before it have started; it always runs again.
      if (record.busy === undefined && !isRunning(record)) start.push(record);
      if (!isInitialized && !record.started) return { ...nothing, start };
    } else if (record.kind === 'init') {
      if (isInitialized || (hasExited(record) && record.status?.exitCode === 0)) continue;
      if (
        hasExited(record) &&
        !shouldRestart({ ...record.spec, restartPolicy: initPolicy(record, spec) }, spec, record.status?.exitCode ?? 0)
      ) {
        return { start: [], stop: sidecars.filter(isRunning), isDone: true };
      }
      if (record.busy === undefined && !isRunning(record)) start.push(record);
      return { ...nothing, start };
    } else if (record.kind === 'main') {
      if (wantsStart(record)) start.push(record);
    } else if (record.status === undefined && record.busy === undefined) start.push(record);
  }
  return { ...nothing, start };
}

/** "Always" of the pod means for an init container: until it succeeds. */
function initPolicy({ spec: container }: ContainerRecord, spec: PodSpec | undefined): string {
  const policy = container.restartPolicy ?? spec?.restartPolicy ?? 'Always';
  return policy === 'Always' ? 'OnFailure' : policy;
}
