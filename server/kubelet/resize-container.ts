/** A running container gets what its spec now says: at once, or by being started again where its policy wants that. */
import { type ContainerRecord, isRunning } from './container-record.ts';
import { containerResources, resizeOf } from './container-resources.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { RESIZE_RETRY } from './limits.ts';

/** Whether its spec is not yet what it has. `done` follows what is done at once. */
export function resizeContainer(
  record: ContainerRecord,
  { runtime, clock, onError }: KubeletEnvironment,
  done: () => void,
): boolean {
  const { spec, status } = record;
  if (!isRunning(record) || status === undefined || record.isResizing) return record.isResizing;
  const resize = resizeOf(spec, record.resources);
  if (resize === 'nothing') return false;
  if (resize === 'restart') {
    record.outdatedSince ??= clock.now();
    return true;
  }
  record.isResizing = true;
  const wanted = spec.resources;
  runtime
    .updateContainer(status.id, containerResources(spec))
    .then(() => {
      record.resources = wanted;
    })
    .catch((error: unknown) => {
      onError(error, `resources of container ${spec.name}`);
      return new Promise<void>((resolve) => clock.after(RESIZE_RETRY, resolve));
    })
    .finally(() => {
      record.isResizing = false;
      done();
    });
  return true;
}
