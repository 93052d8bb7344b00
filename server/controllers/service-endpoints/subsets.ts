/** The subsets of a service's Endpoints, from its pods: addresses that share their ports stand together. */
import type { Endpoints, Pod, Service } from '../../client/api-types.ts';
import { isReady } from '../pods/phases.ts';
import { addressesOf, familiesOf, isHeadless, portOn, showsHostname } from './service-pods.ts';

type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];
type Port = NonNullable<Subset['ports']>[number];

/** Addresses of one object: upstream's limit. */
const most = 1000;

export interface ServiceSubsets {
  readonly subsets: Subset[];
  /** Not all addresses found room. */
  readonly truncated: boolean;
}

export function subsetsOf(service: Service, pods: readonly Pod[]): ServiceSubsets {
  const [family = 'IPv4'] = familiesOf(service);
  const publishesAll = service.spec?.publishNotReadyAddresses === true;
  /** By the ports' text. */
  const groups = new Map<string, { ports: Port[]; ready: Address[]; notReady: Address[] }>();
  for (const pod of pods) {
    const [ip] = addressesOf(pod.status, family);
    if (ip === undefined || (pod.metadata.deletionTimestamp !== undefined && !publishesAll)) continue;
    const ports = portsOf(service, pod);
    if (ports.length === 0 && !(isHeadless(service) && (service.spec?.ports ?? []).length === 0)) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
    groups.set(key, group);
    (publishesAll || isReady(pod) ? group.ready : group.notReady).push(addressOf(pod, { ip, service }));
  }
  const total = [...groups.values()].reduce((sum, { ready, notReady }) => sum + ready.length + notReady.length, 0);
  let room = most;
  const take = (addresses: Address[]) => {
    const taken = addresses.toSorted((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0)).slice(0, room);
    room -= taken.length;
    return taken;
  };
  const inOrder = [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  // Those that serve come first where there is not room for all.
  const readyOnes = inOrder.map(({ ready }) => take(ready));
  const subsets = inOrder.map(({ ports, notReady }, index) => {
    const addresses = readyOnes[index] ?? [];
    const others = take(notReady);
    return {
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(others.length === 0 ? {} : { notReadyAddresses: others }),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
  const isFilled = ({ addresses, notReadyAddresses }: Subset) =>
    addresses !== undefined || notReadyAddresses !== undefined;
  return { subsets: subsets.filter(isFilled), truncated: total > most };
}

function addressOf(pod: Pod, { ip, service }: { readonly ip: string; readonly service: Service }): Address {
  const { name, namespace, uid } = pod.metadata;
  return {
    ip,
    ...(showsHostname(pod, service) ? { hostname: pod.spec?.hostname } : {}),
    nodeName: pod.spec?.nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function portsOf({ spec }: Service, pod: Pod): Port[] {
  const ports = (spec?.ports ?? []).flatMap((port) => {
    const number = portOn(pod, port);
    if (number === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = port;
    return [
      {
        ...(name === undefined || name === '' ? {} : { name }),
        port: number,
        protocol,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      },
    ];
  });
  return ports.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
