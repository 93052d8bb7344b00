/** Where a service of the cluster is reached: one of its ready endpoints, since nothing here routes cluster IPs. */
import type { Random } from '../../apimachinery/clock/random.ts';
import { newNotFound, newServiceUnavailable } from '../../apimachinery/errors/status-error.ts';
import { asList, asNumber, asObject, asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';

/** Without brackets around an IPv6 address. */
export interface RemoteAddress {
  readonly host: string;
  readonly port: number;
}

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** @throws Error that says why there is no way */
export type ServiceResolver = (service: ServiceReference) => RemoteAddress;

/** Undefined: it is somewhere else. */
export type OwnServices = (service: ServiceReference) => RemoteAddress | undefined;

export interface ServiceResolverOptions {
  readonly objectsOf: ParsedObjectsOf;
  readonly random: Random;
  /** Where a service is that this process has itself. */
  readonly own: OwnServices;
  /** Cluster IPs are dialled, which something outside must route (--enable-aggregator-routing=false). */
  readonly byClusterIp: boolean;
}

export function serviceResolver({ objectsOf, random, own, byClusterIp }: ServiceResolverOptions): ServiceResolver {
  return (reference) => {
    const self = own(reference);
    if (self !== undefined) return self;
    const { namespace, name, port } = reference;
    const service = objectsOf('', 'services').get(namespace, name);
    if (service === undefined) throw newNotFound({ group: '', resource: 'service' }, name);
    const spec = asObject(service.spec);
    if (spec.type === 'ExternalName') return { host: asText(spec.externalName), port };
    const portName = portOf(service, port);
    if (byClusterIp) return clusterIpOf(spec, port);
    const [family] = asTexts(spec.ipFamilies);
    const slices = objectsOf('discovery.k8s.io', 'endpointslices')
      .list(namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
    const ready = slices
      .toSorted((a, b) => Number(b.addressType === family) - Number(a.addressType === family))
      .map((slice) => readyIn(slice, portName))
      .find((addresses) => addresses.length > 0);
    // Endpoints that nobody has mirrored into slices.
    const addresses = ready ?? (slices.length > 0 ? [] : inEndpoints(objectsOf, { namespace, name, portName }));
    const chosen = addresses[Math.floor(random.fraction() * addresses.length)];
    if (chosen === undefined) throw newServiceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    return chosen;
  };
}

/** The name of the port, by which endpoints know it. */
function portOf(service: KubeObject, port: number): string {
  const found = asObjects(asObject(service.spec).ports).find((candidate) => candidate.port === port);
  if (found !== undefined) return asText(found.name);
  throw newServiceUnavailable(`no service port ${port} found for service ${JSON.stringify(service.metadata.name)}`);
}

function clusterIpOf(spec: JsonObject, port: number): RemoteAddress {
  if (spec.clusterIP === 'None') throw new Error('cannot route to service with ClusterIP "None"');
  return { host: asText(spec.clusterIP), port };
}

function readyIn(slice: KubeObject, portName: string): RemoteAddress[] {
  const port = asObjects(slice.ports).find(
    ({ name, port: number }) => asText(name) === portName && number !== undefined,
  );
  if (port === undefined) return [];
  return asObjects(slice.endpoints)
    .filter(({ conditions }) => asObject(conditions).ready !== false)
    .map(({ addresses }) => ({ host: asText(asList(addresses)[0]), port: asNumber(port.port) }));
}

function inEndpoints(
  objectsOf: ParsedObjectsOf,
  { namespace, name, portName }: { namespace: string; name: string; portName: string },
): RemoteAddress[] {
  return asObjects(objectsOf('', 'endpoints').get(namespace, name)?.subsets).flatMap(({ addresses, ports }) => {
    const port = asObjects(ports).find((candidate) => asText(candidate.name) === portName);
    if (port === undefined) return [];
    return asObjects(addresses).map(({ ip }) => ({ host: asText(ip), port: asNumber(port.port) }));
  });
}
