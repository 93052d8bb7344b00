/** The slices that a service with a selector should have, from its pods: pure. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../client/api-types.ts';
import {
  type Endpoint,
  type EndpointPort,
  fitSlices,
  type PortGroup,
  portsKey,
  type SliceChanges,
} from './fit-slices.ts';
import { addressesOf, familiesOf, isHeadless, portOn, showsHostname } from './service-pods.ts';
import { isReady } from '../pods/phases.ts';

export const managedBy = 'endpointslice-controller.k8s.io';
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const headlessLabel = 'service.kubernetes.io/headless';
const reserved = [serviceNameLabel, managedByLabel, headlessLabel];
/** Endpoints of a slice; upstream: --max-endpoints-per-slice. */
const most = 100;

export interface SliceInputs {
  readonly service: Service;
  readonly pods: readonly Pod[];
  readonly nodeOf: (name: string) => Node | undefined;
  readonly existing: readonly EndpointSlice[];
}

export function desiredSlices({ service, pods, nodeOf, existing }: SliceInputs): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], delete: [] };
  const isOurs = ({ metadata }: EndpointSlice) =>
    metadata.ownerReferences?.some(({ uid, kind }) => uid === service.metadata.uid && kind === 'Service') === true;
  changes.delete.push(...existing.filter((slice) => !isOurs(slice)));
  const families = familiesOf(service);
  changes.delete.push(...existing.filter((slice) => isOurs(slice) && !families.includes(slice.addressType as 'IPv4')));
  for (const family of families) {
    const groups = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
    for (const pod of pods) {
      const addresses = addressesOf(pod.status, family);
      const node = nodeOf(pod.spec?.nodeName ?? '');
      // A pod of a node that is gone will follow it.
      const isLost = node === undefined && service.spec?.publishNotReadyAddresses !== true;
      if (addresses.length === 0 || isLost) continue;
      const ports = portsOf(service, pod);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpointOf(pod, { service, addresses, node }));
    }
    const mine = existing.filter((slice) => isOurs(slice) && slice.addressType === family);
    const fitted = fitSlices({
      groups: [...groups.values()],
      existing: mine,
      most,
      newSlice: (ports, endpoints) => newSlice(service, family, { ports, endpoints }),
      refresh: (slice) => refreshed(slice, service),
    });
    const isEmpty = mine.length === fitted.delete.length && fitted.create.length === 0 && fitted.update.length === 0;
    if (isEmpty) keepPlaceholder(fitted, newSlice(service, family, { ports: [], endpoints: [] }), service);
    changes.create.push(...fitted.create);
    changes.update.push(...fitted.update);
    changes.delete.push(...fitted.delete);
  }
  return changes;
}

/** A service without endpoints has one slice that says so. */
function keepPlaceholder(fitted: SliceChanges, placeholder: EndpointSlice, service: Service): void {
  const kept = fitted.delete.pop();
  if (kept === undefined) {
    fitted.create.push(placeholder);
    return;
  }
  const fresh = refreshed(kept, service);
  const isOne = (kept.endpoints ?? []).length === 0 && (kept.ports ?? []).length === 0;
  if (!isOne || fresh !== kept) fitted.update.push({ ...fresh, ports: [], endpoints: [] });
}

function portsOf({ spec }: Service, pod: Pod): EndpointPort[] {
  return (spec?.ports ?? []).flatMap((port) => {
    const number = portOn(pod, port);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function endpointOf(
  pod: Pod,
  {
    service,
    addresses,
    node,
  }: { readonly service: Service; readonly addresses: string[]; readonly node: Node | undefined },
): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const { name, namespace, uid } = pod.metadata;
  const nodeName = pod.spec?.nodeName;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const hints = hintsFor(service, { ready, zone, nodeName });
  return {
    addresses,
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined || nodeName === '' ? {} : { nodeName }),
    ...(zone === undefined || zone === '' ? {} : { zone }),
    ...(showsHostname(pod, service) ? { hostname: pod.spec?.hostname } : {}),
    ...(hints === undefined ? {} : { hints }),
  };
}

/** Who should prefer the endpoint, where the service says that nearness counts. */
function hintsFor(
  { spec }: Service,
  {
    ready,
    zone,
    nodeName,
  }: { readonly ready: boolean; readonly zone: string | undefined; readonly nodeName: string | undefined },
): Endpoint['hints'] {
  const wanted = spec?.trafficDistribution;
  if (!ready) return undefined;
  const forZones = zone === undefined || zone === '' ? undefined : [{ name: zone }];
  if (wanted === 'PreferClose' || wanted === 'PreferSameZone') return forZones === undefined ? undefined : { forZones };
  if (wanted !== 'PreferSameNode' || nodeName === undefined) return undefined;
  return { ...(forZones === undefined ? {} : { forZones }), forNodes: [{ name: nodeName }] };
}

function newSlice(service: Service, addressType: string, { ports, endpoints }: PortGroup): EndpointSlice {
  const { name = '', namespace, uid = '' } = service.metadata;
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    metadata: { generateName: `${name}-`, namespace, labels: labelsFor(service), ownerReferences: [owner] },
    addressType,
    ports: [...ports],
    endpoints: [...endpoints],
  };
}

/** The service's own labels, and what readers of slices select by. */
function labelsFor(service: Service): Record<string, string> {
  const labels = Object.entries(service.metadata.labels ?? {}).filter(([key]) => !reserved.includes(key));
  return {
    ...Object.fromEntries(labels),
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: service.metadata.name ?? '',
    [managedByLabel]: managedBy,
  };
}

function refreshed(slice: EndpointSlice, service: Service): EndpointSlice {
  const labels = labelsFor(service);
  if (jsonEquals(slice.metadata.labels, labels)) return slice;
  return { ...slice, metadata: { ...slice.metadata, labels } };
}
