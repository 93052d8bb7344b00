/** Whether the server behind an APIService can be reached: what the condition Available says. Source of the checks and their words: kube-aggregator. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import type { OwnServices } from '../remote/service-resolver.ts';
import type { ApiService, RemoteService } from './api-services.ts';
import { aggregatorUser, type ExtensionClient } from './extension-client.ts';
import { AVAILABILITY_ATTEMPTS, AVAILABILITY_TIMEOUT_MS } from './limits.ts';

export interface Availability {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export const availableHere: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

export interface AvailabilityParts {
  readonly objectsOf: ParsedObjectsOf;
  readonly client: ExtensionClient;
  /** They need no Service to be there. */
  readonly ownServices: OwnServices;
}

export async function checkAvailability(service: ApiService, parts: AvailabilityParts): Promise<Availability> {
  const { remote } = service;
  if (remote === undefined) return availableHere;
  const missing = parts.ownServices(remote) === undefined ? whatServiceMisses(remote, parts.objectsOf) : undefined;
  if (missing !== undefined) return missing;
  const failure = await discoveryFailure(service, remote, parts.client);
  if (failure !== undefined) return { status: 'False', reason: 'FailedDiscoveryCheck', message: failure };
  return { status: 'True', reason: 'Passed', message: 'all checks passed' };
}

function whatServiceMisses(remote: RemoteService, objectsOf: ParsedObjectsOf): Availability | undefined {
  const { namespace, name, port } = remote;
  const service = objectsOf('', 'services').get(namespace, name);
  const what = `service/${name} in ${JSON.stringify(namespace)}`;
  const no = (reason: string, message: string): Availability => ({ status: 'False', reason, message });
  if (service === undefined) return no('ServiceNotFound', `${what} is not present`);
  const spec = asObject(service.spec);
  if (spec.type !== 'ClusterIP') return undefined;
  const found = asObjects(spec.ports).find((candidate) => candidate.port === port);
  if (found === undefined) return no('ServicePortError', `${what} is not listening on port ${port}`);
  const portName = asText(found.name);
  const slices = objectsOf('discovery.k8s.io', 'endpointslices')
    .list(namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
  if (slices.some((slice) => hasReadyEndpoint(slice, portName))) return undefined;
  // Endpoints that nobody has mirrored into slices.
  if (slices.length === 0) {
    const endpoints = objectsOf('', 'endpoints').get(namespace, name);
    if (asObjects(endpoints?.subsets).some((subset) => hasAddress(subset, portName))) return undefined;
    return no('EndpointsNotFound', `cannot find endpointslices for ${what}`);
  }
  const lacking = `have no addresses with port name ${JSON.stringify(portName)}`;
  return no('MissingEndpoints', `endpointslices for ${what} ${lacking}`);
}

function hasReadyEndpoint({ endpoints, ports }: KubeObject, portName: string): boolean {
  const isReady = asObjects(endpoints).some(({ conditions }) => asObject(conditions).ready !== false);
  return isReady && asObjects(ports).some(({ name, port }) => asText(name) === portName && port !== undefined);
}

function hasAddress({ addresses, ports }: JsonObject, portName: string): boolean {
  return asObjects(addresses).length > 0 && asObjects(ports).some(({ name }) => asText(name) === portName);
}

/** One answer is enough, from whichever endpoint; undefined: there was one. */
async function discoveryFailure(
  { group, version }: ApiService,
  remote: RemoteService,
  client: ExtensionClient,
): Promise<string | undefined> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const attempt = async (): Promise<undefined> => {
    // Where the service leads may be another place each time.
    const address = client.addressOf(remote);
    const url = client.urlOf(address, path);
    const failing = (why: string) => new Error(`failing or missing response from ${url}: ${why}`);
    let code: number;
    try {
      ({ code } = await client.get(remote, { path, address, user: aggregatorUser, timeout: AVAILABILITY_TIMEOUT_MS }));
    } catch (error) {
      throw failing(messageOf(error));
    }
    if (code < 200 || code >= 300) throw failing(`bad status from ${url}: ${code}`);
  };
  try {
    return await attempt();
  } catch {
    try {
      return await Promise.any(Array.from({ length: AVAILABILITY_ATTEMPTS - 1 }, attempt));
    } catch (errors) {
      return messageOf(errors instanceof AggregateError ? errors.errors.at(-1) : errors);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
