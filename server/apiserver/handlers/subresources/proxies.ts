/** …/proxy of pods, services and nodes: requests are handed on to what answers there. */
import { STATUS_CODES } from 'node:http';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newBadRequest, newNotFound, newServiceUnavailable } from '../../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { isGlobalUnicast } from '../../../apis/validation/ip.ts';
import { forward } from '../../proxy/forward-upgrade.ts';
import type { ProxyTarget } from '../../proxy/proxy-target.ts';
import type { RemoteAddress } from '../../remote/service-resolver.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { send } from '../../negotiation/write-response.ts';
import type { ApiContext } from '../../request-context.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { admitConnection } from './admit-connection.ts';
import { find, kubeletOf, splitTarget } from './connection-targets.ts';

/** Whoever answers over HTTPS in the cluster is believed, as upstream has it: pods have no certificates that it could know. */
const anyCertificate = { insecure: true };

export const handlePodProxy: ResourceHandler = async (ctx, scope, environment) => {
  await admitConnection(ctx, scope, environment);
  const { namespace, name: id } = ctx.state.info;
  const { scheme, name, port } = splitTarget(id, 'pod');
  const pod = await find(scope, environment, { namespace, name });
  const host = asText(asObjects(asObject(pod.status).podIPs)[0]?.ip);
  if (!isGlobalUnicast(host)) throw newBadRequest('address not allowed');
  const ports = asObjects(asObject(pod.spec).containers).map(({ ports: list }) => asObjects(list)[0]?.containerPort);
  const chosen = port === '' ? asNumber(ports.find((number) => number !== undefined)) : portNumber(port);
  const usual = scheme === 'https' ? 443 : 80;
  await proxy(ctx, environment, { address: { host, port: chosen || usual }, scheme });
};

export const handleNodeProxy: ResourceHandler = async (ctx, scope, environment) => {
  await admitConnection(ctx, scope, environment);
  const { scheme, name, port } = splitTarget(ctx.state.info.name, 'node');
  const kubelet = await kubeletOf(name, scope, environment);
  const { address, hostHeader } = kubelet;
  const isOwn = environment.kubelets.local(name) !== undefined;
  if (!isOwn && !isGlobalUnicast(address.host)) throw newBadRequest('address not allowed');
  if (port === '' || port === String(address.port)) {
    await proxy(ctx, environment, { address, scheme: 'https', tls: kubelet.tls, hostHeader });
  } else if (isOwn) throw newBadRequest('address not allowed');
  else await proxy(ctx, environment, { address: { host: address.host, port: portNumber(port) }, scheme });
};

export const handleServiceProxy: ResourceHandler = async (ctx, scope, environment) => {
  await admitConnection(ctx, scope, environment);
  const { namespace, name: id } = ctx.state.info;
  const { scheme, name, port } = splitTarget(id, 'service');
  const portName = /^[+-]?\d+$/.test(port) ? await namedPort(scope, environment, { namespace, name, port }) : port;
  await environment.cacher.waitUntilConsistent();
  const endpoints = environment.objectsOf('', 'endpoints').get(namespace, name);
  if (endpoints === undefined) throw newNotFound(scope.groupResource, name);
  const subsets = asObjects(endpoints.subsets);
  const addresses = subsets.flatMap(({ addresses: ready, ports }) => {
    const found = asObjects(ports).find((candidate) => asText(candidate.name) === portName);
    if (found === undefined) return [];
    return asObjects(ready)
      .filter((address) => isPod(environment, address))
      .map(({ ip }): RemoteAddress => ({ host: asText(ip), port: asNumber(found.port) }));
  });
  const address = addresses[Math.floor(environment.random.fraction() * addresses.length)];
  if (address === undefined) {
    const what = subsets.length === 0 ? name : id;
    throw newServiceUnavailable(`no endpoints available for service ${goQuote(what)}`);
  }
  await proxy(ctx, environment, { address, scheme });
};

/** An address in Endpoints may be anybody's: it leads only to a pod that has it. */
function isPod({ objectsOf }: HandlerEnvironment, address: JsonObject): boolean {
  const { kind, namespace, name } = asObject(address.targetRef);
  if (kind !== 'Pod') return false;
  const pod = objectsOf('', 'pods').get(asText(namespace), asText(name));
  return asObjects(asObject(pod?.status).podIPs).some(({ ip }) => ip === address.ip);
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

/** @throws StatusError 503, as a port that cannot be dialled */
function portNumber(port: string): number {
  const number = Number(port);
  if (/^\d+$/.test(port) && number > 0 && number < 65_536) return number;
  throw newServiceUnavailable(`error trying to reach service: dial tcp: address ${port}: invalid port`);
}

interface Destination {
  readonly address: RemoteAddress;
  /** https, or http for anything else. */
  readonly scheme: string;
  readonly tls?: ProxyTarget['tls'];
  readonly hostHeader?: string | undefined;
}

async function proxy(
  ctx: ApiContext,
  { clock }: HandlerEnvironment,
  { address, scheme, hostHeader, tls = scheme === 'https' ? anyCertificate : undefined }: Destination,
): Promise<void> {
  const url = ctx.req.url ?? '/';
  const at = url.indexOf('?');
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)];
  const below = belowProxy(path, ctx.state.info.namespace !== '');
  if (below === '' && (ctx.method === 'GET' || ctx.method === 'HEAD')) {
    // What answers links to its neighbours: they must be below the path, not beside it.
    const headers = { location: `${path}/${query}`, 'content-type': 'text/plain; charset=utf-8' };
    send(ctx, 301, headers, Buffer.from(`${STATUS_CODES[301]}\n`));
    return;
  }
  await forward(
    ctx,
    {
      address,
      path: `${below === '' ? '/' : below}${query}`,
      tls,
      hostHeader,
      shownUnder: path.slice(0, path.length - below.length),
    },
    clock,
  );
}

/** What follows the subresource in the path, as the client has encoded it. */
function belowProxy(path: string, isNamespaced: boolean): string {
  // api v1 namespaces NAMESPACE pods NAME proxy, or api v1 nodes NAME proxy; doubled slashes count once.
  const before = new RegExp(`^(?:/+[^/]+){${isNamespaced ? 7 : 5}}`).exec(path);
  return before === null ? '' : path.slice(before[0].length);
}
