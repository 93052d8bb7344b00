/** Events about a pod and its containers. */
import type { Pod } from '../client/api-types.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { ContainerKind, ContainerRecord } from './container-record.ts';

const lists: Readonly<Record<ContainerKind, string>> = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
};

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** `record`: the event is about this container. */
export function recordPodEvent(
  events: EventRecorder,
  { pod, record }: { readonly pod: Pod; readonly record?: ContainerRecord | undefined },
  event: PodEvent,
): void {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const fieldPath = record === undefined ? undefined : `spec.${lists[record.kind]}{${record.spec.name}}`;
  events.event(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace,
      uid,
      resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    event,
  );
}
