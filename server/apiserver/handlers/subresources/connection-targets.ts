/** What connections to pods, nodes and services begin with: finding them, in upstream's words where that fails. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newBadRequest, newNotFound } from '../../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { type KubeletEndpoint, kubeletEndpoint } from '../../proxy/kubelet-address.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import type { HandlerEnvironment } from '../handler-environment.ts';

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export async function find(
  scope: ResourceScope,
  environment: HandlerEnvironment,
  { namespace, name }: ObjectName,
): Promise<KubeObject> {
  await environment.cacher.waitUntilConsistent();
  return scope.store.parse(await scope.store.get(namespace, name));
}

/** The container that is meant: the one that is named, or the only one. */
export function containerOf(pod: KubeObject, wanted: string): string {
  const spec = asObject(pod.spec);
  const name = pod.metadata.name ?? '';
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]).map((container) => asText(container.name)),
  );
  if (wanted !== '') {
    if (!containers.includes(wanted)) throw newBadRequest(`container ${wanted} is not valid for pod ${name}`);
    return wanted;
  }
  const regular = asObjects(spec.containers);
  if (regular.length > 1) {
    const choice = `choose one of: [${containers.join(' ')}]`;
    throw newBadRequest(`a container name must be specified for pod ${name}, ${choice}`);
  }
  return asText(regular[0]?.name);
}

export function nodeNameOf(pod: KubeObject): string {
  return asText(asObject(pod.spec).nodeName);
}

/** The kubelet of a pod that has been bound to a node. */
export async function hostOf(
  pod: KubeObject,
  scope: ResourceScope,
  environment: HandlerEnvironment,
): Promise<KubeletEndpoint> {
  const nodeName = nodeNameOf(pod);
  if (nodeName === '') throw newBadRequest(`pod ${pod.metadata.name ?? ''} does not have a host assigned`);
  return kubeletOf(nodeName, scope, environment);
}

/** A node that is missing is reported as one of what was asked for, as upstream does. */
export async function kubeletOf(
  name: string,
  scope: ResourceScope,
  environment: HandlerEnvironment,
): Promise<KubeletEndpoint> {
  await environment.cacher.waitUntilConsistent();
  const node = environment.objectsOf('', 'nodes').get('', name);
  if (node === undefined) throw newNotFound(scope.groupResource, name);
  return kubeletEndpoint(node, environment.kubelets);
}

export interface NamedPort {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

/** "name", "name:port" or "scheme:name:port". */
export function splitTarget(id: string, what: 'pod' | 'node' | 'service'): NamedPort {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] =
    parts.length === 1 ? ['', ...parts, ''] : parts.length === 2 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) {
    throw newBadRequest(`invalid ${what} request ${goQuote(id)}`);
  }
  return { scheme, name, port };
}
