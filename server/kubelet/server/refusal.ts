/** Why a kubelet does not do what it is asked for, and which container is meant. */
import type { PodWorker } from '../pod-worker.ts';

/** Answered as text. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** ID of the container whose log is asked for, running or ended. @throws Refusal in upstream's words */
export function containerOf(worker: PodWorker, name: string, { previous }: { readonly previous: boolean }): string {
  const pod = worker.pod.metadata.name ?? '';
  const record = worker.record(name);
  if (record === undefined) throw new Refusal(404, `container "${name}" not found in pod "${pod}"`);
  if (previous) {
    const before = worker.previous.get(record);
    if (before === undefined) {
      throw new Refusal(400, `previous terminated container "${name}" in pod "${pod}" not found`);
    }
    return before;
  }
  const { status, waiting } = record;
  // Of one that ran under another kubelet nothing is left.
  if (status !== undefined && status.sandboxId !== '') return status.id;
  if (status !== undefined) throw new Refusal(400, `unable to retrieve container logs for ${status.id}`);
  const reason = waiting?.reason ?? 'ContainerCreating';
  const why = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull'].includes(reason)
    ? `trying and failing to pull image`
    : reason;
  throw new Refusal(400, `container "${name}" in pod "${pod}" is waiting to start: ${why}`);
}

/** ID of a container that runs. @throws Refusal */
export function runningContainerOf(worker: PodWorker, name: string): string {
  const status = worker.record(name)?.status;
  if (status?.state !== 'running') throw new Refusal(500, `container not found ("${name}")`);
  return status.id;
}
