/** What a pod asks for as a whole: of its containers, its init containers and itself. */
import type { Resources } from '../../../backends/scheduler/interface.ts';
import type { Container, Pod } from '../../client/api-types.ts';
import { greatestOf, noResources, resourcesOf, sumOf } from './amounts.ts';

/** What a container is taken to use that asks for nothing. */
const usual: Resources = { ...noResources, cpu: 100, memory: 200 * 1024 * 1024 };

export interface PodRequests {
  readonly requests: Resources;
  readonly usualCpu: number;
  readonly usualMemory: number;
}

export function podRequests(pod: Pod): PodRequests {
  const requests = effective(pod, (requested) => requested);
  const withUsual = effective(pod, (requested) => ({
    ...requested,
    cpu: requested.cpu === 0 ? usual.cpu : requested.cpu,
    memory: requested.memory === 0 ? usual.memory : requested.memory,
  }));
  return { requests, usualCpu: withUsual.cpu, usualMemory: withUsual.memory };
}

function effective({ spec, status }: Pod, of: (requested: Resources) => Resources): Resources {
  const one = (container: Container): Resources => {
    // While a container is being resized the greater of both counts.
    const running = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    const allocated = running.find(({ name }) => name === container.name)?.allocatedResources;
    const asked = resourcesOf(container.resources?.requests);
    return of(allocated === undefined ? asked : greatestOf(asked, resourcesOf(allocated)));
  };
  let sum = noResources;
  for (const container of spec?.containers ?? []) sum = sumOf(sum, one(container));
  let sidecars = noResources;
  let initial = noResources;
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sidecars = sumOf(sidecars, one(container));
      initial = greatestOf(initial, sidecars);
    } else initial = greatestOf(initial, sumOf(sidecars, one(container)));
  }
  let total = greatestOf(sumOf(sum, sidecars), initial);
  const ofPod = spec?.resources?.requests;
  if (ofPod !== undefined) {
    const asked = resourcesOf(ofPod);
    // What the pod itself asks for stands for all its containers.
    total = {
      ...total,
      cpu: ofPod.cpu === undefined ? total.cpu : asked.cpu,
      memory: ofPod.memory === undefined ? total.memory : asked.memory,
      scalars: new Map([...total.scalars, ...asked.scalars]),
    };
  }
  return spec?.overhead === undefined ? total : sumOf(total, resourcesOf(spec.overhead));
}
