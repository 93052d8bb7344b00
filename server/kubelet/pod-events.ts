/** Events about a pod and its containers. */
import type { Pod } from '../client/api-types.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { ContainerKind } from './container-record.ts';

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

/** `container`: the event is about this one. */
export function recordPodEvent(
  events: EventRecorder,
  {
    pod,
    container,
  }: { readonly pod: Pod; readonly container?: { readonly kind: ContainerKind; readonly name: string } },
  event: PodEvent,
): void {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const fieldPath = container === undefined ? undefined : `spec.${lists[container.kind]}{${container.name}}`;
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
