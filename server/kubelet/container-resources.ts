/** What a container may use, as a runtime takes it; and what follows when its spec says otherwise than before. */
import type { ContainerResources } from '../../backends/runtime/interface.ts';
import { quantityMilliValue, quantityValue } from '../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../apimachinery/quantity/quantity.ts';
import type { Container, Pod } from '../client/api-types.ts';

type Quantities = Readonly<Record<string, string>> | undefined;

export function containerResources({ resources }: Pick<Container, 'resources'>): ContainerResources {
  return {
    cpuRequest: milli(resources?.requests, 'cpu'),
    cpuLimit: milli(resources?.limits, 'cpu'),
    memoryLimit: whole(resources?.limits, 'memory'),
  };
}

/** What is to be done about a running container of which the resources were `before`. */
export function resizeOf(
  { resources, resizePolicy = [] }: Container,
  before: Container['resources'],
): 'nothing' | 'update' | 'restart' {
  const changed = (resource: string, read: typeof milli) =>
    read(resources?.requests, resource) !== read(before?.requests, resource) ||
    read(resources?.limits, resource) !== read(before?.limits, resource);
  const all = [...(changed('cpu', milli) ? ['cpu'] : []), ...(changed('memory', whole) ? ['memory'] : [])];
  if (all.length === 0) return 'nothing';
  const restarts = resizePolicy.some(
    ({ resourceName, restartPolicy }) => restartPolicy === 'RestartContainer' && all.includes(resourceName),
  );
  return restarts ? 'restart' : 'update';
}

/** Source of the numbers: upstream's kubelet. `capacity`: of the node. */
export function oomScore({ spec, status }: Pod, { resources }: Container, capacity: string): number {
  const isCritical = spec?.priorityClassName === 'system-node-critical';
  if (isCritical || status?.qosClass === 'Guaranteed') return -997;
  if (status?.qosClass === 'BestEffort') return 1000;
  const share = Math.floor(
    (1000 * whole(resources?.requests, 'memory')) / Number(quantityValue(parseQuantity(capacity))),
  );
  return Math.min(999, Math.max(3, 1000 - share));
}

function milli(quantities: Quantities, name: string): number {
  return Number(quantityMilliValue(parseQuantity(quantities?.[name] ?? '0')));
}

function whole(quantities: Quantities, name: string): number {
  return Number(quantityValue(parseQuantity(quantities?.[name] ?? '0')));
}
