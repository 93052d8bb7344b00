/** Which pods are behind a service, and under which addresses and ports. */
import { isIPv6 } from 'node:net';
import { selectorFromSet } from '../../apimachinery/labels/selector.ts';
import type { Pod, Service } from '../../client/api-types.ts';
import type { Lister } from '../../client/lister.ts';
import type { Change } from '../reconciler.ts';

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/** Those that can be reached, ready or not. */
export function podsBehind(service: Service, pods: Lister<Pod>): Pod[] {
  const selected = pods.select(selectorFromSet(service.spec?.selector), service.metadata.namespace);
  return selected.filter(({ status }) => {
    const phase = status?.phase;
    return phase !== 'Failed' && phase !== 'Succeeded' && addressesOf(status).length > 0;
  });
}

export function hasSelector({ spec }: Service): boolean {
  return spec?.type !== 'ExternalName' && spec?.selector !== undefined && Object.keys(spec.selector).length > 0;
}

export function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === 'None';
}

export function familiesOf({ spec }: Service): Array<'IPv4' | 'IPv6'> {
  const families = spec?.ipFamilies ?? [];
  if (families.length > 0) return families.filter((family) => family === 'IPv4' || family === 'IPv6');
  const address = spec?.clusterIP;
  if (address !== undefined && address !== '' && address !== 'None') return [isIPv6(address) ? 'IPv6' : 'IPv4'];
  return ['IPv4', 'IPv6'];
}

export function addressesOf(status: Pod['status'], family?: 'IPv4' | 'IPv6'): string[] {
  const addresses = (status?.podIPs ?? []).map(({ ip }) => ip ?? '').filter((ip) => ip !== '');
  if (family === undefined) return addresses;
  return addresses.filter((ip) => isIPv6(ip) === (family === 'IPv6'));
}

/** The number behind a service's port on the pod; undefined: it has no port of that name. */
export function portOn(pod: Pod, { targetPort, protocol = 'TCP', port }: ServicePort): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...(pod.spec?.containers ?? []), ...sidecars]) {
    const found = ports.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** The pod is known by its own name below the service's. */
export function showsHostname(pod: Pod, service: Service): boolean {
  const { hostname = '', subdomain } = pod.spec ?? {};
  return (
    hostname !== '' && subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace
  );
}

/** Keys of the services that a change of a pod concerns. */
export function servicesOfPod({ object, before, deleted }: Change<Pod>, services: Lister<Service>): string[] {
  if (!deleted && before !== undefined && formOf(before) === formOf(object)) return [];
  const labels = [object.metadata.labels, before?.metadata.labels];
  return services
    .list(object.metadata.namespace)
    .filter((service) => {
      if (!hasSelector(service)) return false;
      const selector = selectorFromSet(service.spec?.selector);
      return labels.some((each) => each !== undefined && selector.matches(each));
    })
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

/** All of a pod that its services show. */
function formOf({ metadata, spec, status }: Pod): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const { hostname, subdomain, nodeName } = spec ?? {};
  const parts = [
    metadata.labels,
    metadata.deletionTimestamp,
    hostname,
    subdomain,
    nodeName,
    status?.phase,
    status?.podIPs,
    ready,
  ];
  return JSON.stringify(parts);
}
