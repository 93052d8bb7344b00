/** The slices that Endpoints which somebody keeps by hand should have. */
import { isIPv6 } from 'node:net';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { Endpoints, EndpointSlice } from '../../client/api-types.ts';
import { type Endpoint, type EndpointPort, fitSlices, portsKey, type SliceChanges } from './fit-slices.ts';
import { managedByLabel, serviceNameLabel } from './slices.ts';

export const mirroredBy = 'endpointslicemirroring-controller.k8s.io';
/** Addresses of a subset that are mirrored; upstream: --mirroring-max-endpoints-per-subset. */
const most = 1000;
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const lastChange = 'endpoints.kubernetes.io/last-change-trigger-time';

type Subset = NonNullable<Endpoints['subsets']>[number];

export function mirroredSlices(endpoints: Endpoints, existing: readonly EndpointSlice[]): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], delete: [] };
  for (const family of ['IPv4', 'IPv6']) {
    const groups = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>();
    for (const subset of endpoints.subsets ?? []) {
      const found = endpointsOf(subset, family).slice(0, most);
      if (found.length === 0) continue;
      const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
        name,
        port,
        protocol,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      }));
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(...found);
    }
    const fitted = fitSlices({
      groups: [...groups.values()],
      existing: existing.filter(({ addressType }) => addressType === family),
      most,
      newSlice: (ports, items) => ({
        ...newMeta(endpoints),
        addressType: family,
        ports: [...ports],
        endpoints: [...items],
      }),
      refresh: (slice) => refreshed(slice, endpoints),
    });
    changes.create.push(...fitted.create);
    changes.update.push(...fitted.update);
    changes.delete.push(...fitted.delete);
  }
  return changes;
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: Subset, family: string): Endpoint[] {
  const of = (list: NonNullable<Subset['addresses']>, ready: boolean) =>
    list
      .filter(({ ip }) => isIPv6(ip) === (family === 'IPv6'))
      .map(({ ip, hostname, nodeName, targetRef }) => ({
        addresses: [ip],
        conditions: { ready },
        ...(hostname === undefined || hostname === '' ? {} : { hostname }),
        ...(nodeName === undefined ? {} : { nodeName }),
        ...(targetRef === undefined ? {} : { targetRef }),
      }));
  return [...of(addresses, true), ...of(notReadyAddresses, false)];
}

function newMeta({ metadata }: Endpoints): Pick<EndpointSlice, 'metadata'> {
  const { name = '', namespace, uid = '' } = metadata;
  const owner = { apiVersion: 'v1', kind: 'Endpoints', name, uid, controller: true, blockOwnerDeletion: true };
  return { metadata: { generateName: `${name}-`, namespace, ...marksOf(metadata), ownerReferences: [owner] } };
}

function marksOf({ name = '', labels, annotations = {} }: Endpoints['metadata']): {
  labels: Record<string, string>;
  annotations: Record<string, string>;
} {
  const kept = Object.entries(annotations).filter(([key]) => key !== lastApplied && key !== lastChange);
  return {
    labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: mirroredBy },
    annotations: Object.fromEntries(kept),
  };
}

function refreshed(slice: EndpointSlice, { metadata }: Endpoints): EndpointSlice {
  const marks = marksOf(metadata);
  const isSame =
    jsonEquals(slice.metadata.labels, marks.labels) && jsonEquals(slice.metadata.annotations ?? {}, marks.annotations);
  return isSame ? slice : { ...slice, metadata: { ...slice.metadata, ...marks } };
}
