/** What the names of a cluster stand for: pure, from its services and their endpoint slices. Source: Kubernetes' DNS specification 1.1. */
import type { EndpointSlice, Service } from '../client/api-types.ts';

export type ClusterRecord =
  | { readonly type: 'A'; readonly name: string; readonly data: string }
  | { readonly type: 'CNAME' | 'PTR'; readonly name: string; readonly data: string }
  | { readonly type: 'TXT'; readonly name: string; readonly data: string }
  | { readonly type: 'SRV'; readonly name: string; readonly data: { readonly port: number; readonly target: string } };

export interface ClusterNames {
  /** What all names end in: "cluster.local". */
  readonly domain: string;
  service(namespace: string, name: string): Service | undefined;
  slicesOf(namespace: string, name: string): readonly EndpointSlice[];
  /** With services in it. */
  hasNamespace(namespace: string): boolean;
  /** Of a cluster IP, or of an endpoint. */
  servicesAt(address: string): readonly Service[];
}

const VERSION = '1.1.0';

/** Everything under a name, whatever its type; undefined: there is no such name. `name`: in lower case, without a dot at its end. */
export function recordsOf(name: string, names: ClusterNames): readonly ClusterRecord[] | undefined {
  if (name.endsWith('.in-addr.arpa')) return reverse(name, names);
  const { domain } = names;
  if (name === domain) return [];
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split('.');
  const kind = labels.pop();
  if (kind === 'dns-version' && labels.length === 0) return [{ type: 'TXT', name, data: VERSION }];
  const namespace = labels.pop();
  if (kind !== 'svc' && kind !== 'pod') return undefined;
  if (namespace === undefined) return [];
  if (kind === 'pod') return podRecords(name, labels);
  const service = labels.pop();
  if (service === undefined) return names.hasNamespace(namespace) ? [] : undefined;
  return serviceRecords(name, { namespace, service, labels }, names);
}

/** "10-0-0-7.default.pod": whatever is there. */
function podRecords(name: string, [label, ...more]: readonly string[]): readonly ClusterRecord[] | undefined {
  if (label === undefined) return [];
  const address = label.replaceAll('-', '.');
  return more.length === 0 && isIpv4(address) ? [{ type: 'A', name, data: address }] : undefined;
}

function serviceRecords(
  name: string,
  asked: { readonly namespace: string; readonly service: string; readonly labels: readonly string[] },
  names: ClusterNames,
): readonly ClusterRecord[] | undefined {
  const { namespace, labels } = asked;
  const service = names.service(namespace, asked.service);
  if (service === undefined) return undefined;
  const { type, externalName = '', clusterIP = '', clusterIPs = [clusterIP], ports = [] } = service.spec ?? {};
  const own = `${asked.service}.${namespace}.svc.${names.domain}`;
  if (type === 'ExternalName') return labels.length === 0 ? [{ type: 'CNAME', name, data: externalName }] : undefined;
  const endpoints = endpointsOf(names.slicesOf(namespace, asked.service));
  const isHeadless = clusterIP === 'None';
  const [first = '', second = ''] = labels;
  if (labels.length === 0) {
    const addresses = isHeadless ? endpoints.map(({ address }) => address) : clusterIPs.filter(isIpv4);
    return [...new Set(addresses)].map((data) => ({ type: 'A', name, data }));
  }
  if (labels.length === 1) {
    if (first === '_tcp' || first === '_udp') return [];
    const found = endpoints.filter(({ label }) => isHeadless && label === first);
    return found.length === 0 ? undefined : found.map(({ address }) => ({ type: 'A', name, data: address }));
  }
  if (labels.length > 2 || !first.startsWith('_')) return undefined;
  const isAsked = (port: { name?: string; protocol?: string }) =>
    `_${port.name ?? ''}` === first && `_${(port.protocol ?? 'TCP').toLowerCase()}` === second;
  if (!isHeadless) {
    const port = ports.find(isAsked);
    return port === undefined ? undefined : [{ type: 'SRV', name, data: { port: port.port, target: own } }];
  }
  const found = endpoints.flatMap(({ label, ports: of }) =>
    of.filter(isAsked).map(({ port = 0 }) => ({ port, target: `${label}.${own}` })),
  );
  return found.length === 0 ? undefined : found.map((data) => ({ type: 'SRV', name, data }));
}

function reverse(name: string, names: ClusterNames): readonly ClusterRecord[] | undefined {
  const address = name
    .replace(/\.in-addr\.arpa$/, '')
    .split('.')
    .toReversed()
    .join('.');
  const found = names.servicesAt(address).flatMap(({ metadata, spec }) => {
    const own = `${metadata.name}.${metadata.namespace}.svc.${names.domain}`;
    if (spec?.clusterIP === address) return [own];
    if (spec?.clusterIP !== 'None') return [];
    const endpoints = endpointsOf(names.slicesOf(metadata.namespace ?? '', metadata.name ?? ''));
    return endpoints.filter((each) => each.address === address).map(({ label }) => `${label}.${own}`);
  });
  return found.length === 0 ? undefined : [...new Set(found)].map((data) => ({ type: 'PTR', name, data }));
}

interface NamedEndpoint {
  readonly address: string;
  /** Its own, or its address with dashes. */
  readonly label: string;
  readonly ports: NonNullable<EndpointSlice['ports']>;
}

function endpointsOf(slices: readonly EndpointSlice[]): NamedEndpoint[] {
  return slices
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap(({ endpoints, ports }) =>
      (endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses, hostname }) =>
          addresses.map((address) => ({
            address,
            label: hostname ?? address.replaceAll('.', '-'),
            ports: ports ?? [],
          })),
        ),
    );
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text);
}
