/** …/pods/NAME/log: what the pod's kubelet has kept of a container, as it comes. */
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  failure,
  newBadRequest,
  newInternalError,
  type StatusError,
} from '../../../apimachinery/errors/status-error.ts';
import { passOn } from '../../proxy/pass-on.ts';
import { openRequest, type ProxyTarget, Unreachable } from '../../proxy/proxy-target.ts';
import { hostPort } from '../../remote/network-error.ts';
import { refusalOf } from '../../remote/server-response.ts';
import { type ApiContext, queryValue } from '../../request-context.ts';
import { sendOverWebSocket, wantsWebSocket } from '../../serving/web-socket-reader.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { parseFlag } from '../request-options.ts';
import { containerOf, find, kubeletOf, nodeNameOf } from './connection-targets.ts';
import { checkLogOptions } from './log-options.ts';

/** Bytes of an error's text that are passed on (upstream's maxReadLength). */
const ERROR_BYTES = 50_000;

export const handleLog: ResourceHandler = async (ctx, scope, environment) => {
  checkLogOptions(ctx);
  const pod = await find(scope, environment, ctx.state.info);
  const container = containerOf(pod, queryValue(ctx, 'container') ?? '');
  const nodeName = nodeNameOf(pod);
  if (nodeName === '') {
    // Nothing has run yet, so there is nothing to show.
    ctx.set('Cache-Control', 'no-cache, private');
    ctx.status = 204;
    return;
  }
  const { address, tls } = await kubeletOf(nodeName, scope, environment);
  const { namespace, name } = ctx.state.info;
  const isLax = parseFlag(queryValue(ctx, 'insecureSkipTLSVerifyBackend'));
  await stream(ctx, environment, {
    address,
    path: `/containerLogs/${namespace}/${name}/${container}?${kubeletQuery(ctx)}`,
    tls: isLax ? { ...tls, authority: undefined, insecure: true } : tls,
  });
};

/** What the kubelet understands of the options, in the order of their names. */
function kubeletQuery(ctx: ApiContext): string {
  const query = new URLSearchParams();
  for (const name of ['follow', 'previous', 'timestamps']) {
    const value = queryValue(ctx, name);
    if (value !== undefined && parseFlag(value)) query.set(name, 'true');
  }
  for (const name of ['limitBytes', 'sinceSeconds', 'sinceTime', 'tailLines']) {
    const value = queryValue(ctx, name) ?? '';
    if (value !== '') query.set(name, value);
  }
  query.sort();
  return query.toString();
}

async function stream(ctx: ApiContext, { clock }: HandlerEnvironment, target: ProxyTarget): Promise<void> {
  ctx.state.longRunning = true;
  const host = hostPort(target.address);
  const answer = await openRequest(target, {
    method: 'GET',
    headers: ['Host', host, 'Accept', '*/*'],
    clock,
    signal: ctx.state.signal(),
    send: (request) => request.end(),
  }).catch((error: unknown) => {
    if (!(error instanceof Unreachable)) throw error;
    const url = JSON.stringify(`https://${host}${target.path}`);
    throw failure({ code: 500, reason: '', message: `Get ${url}: ${error.message}` });
  });
  if (answer === undefined) throw new TypeError('the kubelet changed the protocol unasked');
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 206) throw await refusal(ctx, answer);
  if (wantsWebSocket(ctx)) return sendOverWebSocket(ctx, answer);
  await passOn(ctx, answer, {
    status: 200,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' },
  });
}

/** Source: upstream's GenericHttpResponseChecker. */
async function refusal(ctx: ApiContext, answer: IncomingMessage): Promise<StatusError> {
  const code = answer.statusCode ?? 0;
  const body = (await buffer(answer)).subarray(0, ERROR_BYTES);
  const said = body.toString();
  if (code === 500) return newInternalError(said);
  if (code === 400) return newBadRequest(said);
  const meaning = refusalOf(code, 'text/plain', Buffer.from(said)) ?? said;
  const { name } = ctx.state.info;
  return failure({
    code,
    reason: reasons.get(code) ?? '',
    message: `${meaning} ( pods/log ${name})`,
    details: { kind: 'pods/log', name },
  });
}

const reasons: ReadonlyMap<number, string> = new Map([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [429, 'TooManyRequests'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);
