/**
 * Logs, exec, attach, port-forward and proxy: everything that upstream refuses before it turns to a kubelet, a pod or a service is
 * refused here in the same way. Beyond that a kubelet would be needed, and the answer says that it is not served.
 */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import {
  failure,
  newBadRequest,
  newNotFound,
  newServiceUnavailable,
} from '../../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { isGlobalUnicast } from '../../../apis/validation/ip.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { type ApiContext, queryValue } from '../../request-context.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { handleNotServed } from '../not-served.ts';
import { checkLogOptions } from './log-options.ts';

interface Target {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

export const handleLog: ResourceHandler = async (ctx, scope, environment) => {
  checkLogOptions(ctx);
  const pod = await find(scope, environment, ctx.state.info);
  checkContainer(pod, queryValue(ctx, 'container') ?? '');
  const nodeName = asText(asObject(pod.spec).nodeName);
  if (nodeName === '') {
    // Nothing has run yet, so there is nothing to show.
    ctx.set('Cache-Control', 'no-cache, private');
    ctx.status = 204;
    return;
  }
  await requireNode(nodeName, environment, scope);
  return handleNotServed(ctx, scope, environment);
};

/** Exec and attach go to a container. */
export const handleStream: ResourceHandler = async (ctx, scope, environment) => {
  refuseDryRun(ctx);
  const pod = await find(scope, environment, ctx.state.info);
  checkContainer(pod, queryValue(ctx, 'container') ?? '');
  await requireHost(pod, scope, environment);
  return handleNotServed(ctx, scope, environment);
};

export const handlePortForward: ResourceHandler = async (ctx, scope, environment) => {
  refuseDryRun(ctx);
  for (const port of ctx.state.query?.getAll('ports') ?? []) checkPort(port);
  const pod = await find(scope, environment, ctx.state.info);
  await requireHost(pod, scope, environment);
  return handleNotServed(ctx, scope, environment);
};

export const handlePodProxy: ResourceHandler = async (ctx, scope, environment) => {
  refuseDryRun(ctx);
  const { namespace, name } = ctx.state.info;
  const pod = await find(scope, environment, { namespace, name: splitTarget(name, 'pod').name });
  const { podIPs } = asObject(pod.status);
  if (!isGlobalUnicast(asText(asObjects(podIPs)[0]?.ip))) throw newBadRequest('address not allowed');
  return handleNotServed(ctx, scope, environment);
};

export const handleNodeProxy: ResourceHandler = async (ctx, scope, environment) => {
  refuseDryRun(ctx);
  await requireNode(splitTarget(ctx.state.info.name, 'node').name, environment, scope);
  return handleNotServed(ctx, scope, environment);
};

export const handleServiceProxy: ResourceHandler = async (ctx, scope, environment) => {
  refuseDryRun(ctx);
  const { namespace, name: id } = ctx.state.info;
  const { name, port } = splitTarget(id, 'service');
  const portName = /^[+-]?\d+$/.test(port) ? await namedPort(scope, environment, { namespace, name, port }) : port;
  const endpoints = environment.scopeOf('', 'v1', 'endpoints') ?? scope;
  await environment.cacher.waitUntilConsistent();
  const cached = endpoints.cache.get(endpoints.store.key(namespace, name));
  if (cached === undefined) throw newNotFound(scope.groupResource, name);
  const subsets = asObjects(endpoints.store.parse(cached).subsets);
  const isReachable = subsets.some(
    ({ addresses, ports }) =>
      asObjects(addresses).length > 0 && asObjects(ports).some((candidate) => asText(candidate.name) === portName),
  );
  if (!isReachable) {
    const what = subsets.length === 0 ? name : id;
    throw newServiceUnavailable(`no endpoints available for service ${goQuote(what)}`);
  }
  return handleNotServed(ctx, scope, environment);
};

function refuseDryRun(ctx: ApiContext): void {
  if (ctx.state.query?.has('dryRun') === true) throw newBadRequest('dryRun is not supported');
}

async function find(
  scope: ResourceScope,
  environment: HandlerEnvironment,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<KubeObject> {
  await environment.cacher.waitUntilConsistent();
  return scope.store.parse(await scope.store.get(namespace, name));
}

function checkContainer(pod: KubeObject, wanted: string): void {
  const spec = asObject(pod.spec);
  const name = pod.metadata.name ?? '';
  const containers = (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    asObjects(spec[list]).map((container) => asText(container.name)),
  );
  if (wanted !== '') {
    if (!containers.includes(wanted)) throw newBadRequest(`container ${wanted} is not valid for pod ${name}`);
  } else if (asObjects(spec.containers).length > 1) {
    const choice = `choose one of: [${containers.join(' ')}]`;
    throw newBadRequest(`a container name must be specified for pod ${name}, ${choice}`);
  }
}

async function requireHost(pod: KubeObject, scope: ResourceScope, environment: HandlerEnvironment): Promise<void> {
  const nodeName = asText(asObject(pod.spec).nodeName);
  if (nodeName === '') throw newBadRequest(`pod ${pod.metadata.name ?? ''} does not have a host assigned`);
  await requireNode(nodeName, environment, scope);
}

/** A node that is missing is reported as one of what was asked for, as upstream does. */
async function requireNode(name: string, environment: HandlerEnvironment, scope: ResourceScope): Promise<void> {
  const nodes = environment.scopeOf('', 'v1', 'nodes') ?? scope;
  await environment.cacher.waitUntilConsistent();
  const cached = nodes.cache.get(nodes.store.key('', name));
  if (cached === undefined) throw newNotFound(scope.groupResource, name);
  if (asObjects(asObject(nodes.store.parse(cached).status).addresses).length > 0) return;
  throw failure({ code: 500, reason: '', message: 'no preferred addresses found; known addresses: []' });
}

/** "name", "name:port" or "scheme:name:port". */
function splitTarget(id: string, what: 'pod' | 'node' | 'service'): Target {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] =
    parts.length === 1 ? ['', ...parts, ''] : parts.length === 2 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) {
    throw newBadRequest(`invalid ${what} request ${goQuote(id)}`);
  }
  return { scheme, name, port };
}

async function namedPort(
  scope: ResourceScope,
  environment: HandlerEnvironment,
  { namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: string },
): Promise<string> {
  const service = await find(scope, environment, { namespace, name });
  const found = asObjects(asObject(service.spec).ports).find((candidate) => asNumber(candidate.port) === Number(port));
  if (found === undefined) {
    throw newServiceUnavailable(`no service port ${Number(port)} found for service ${goQuote(name)}`);
  }
  return asText(found.name);
}

function checkPort(text: string): void {
  if (/^\d+$/.test(text)) return;
  throw newBadRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`);
}
