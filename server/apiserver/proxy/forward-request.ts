/** Hands a request on to another server and its answer back, both as streams. */
import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { failure, newServiceUnavailable } from '../../apimachinery/errors/status-error.ts';
import { send } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';
import { answerHeaders, requestHeaders } from './forwarded-headers.ts';
import { passOn } from './pass-on.ts';
import { rewrittenPage } from './rewrite-html.ts';
import { openRequest, type Outgoing, type ProxyTarget, Unreachable } from './proxy-target.ts';

/** @throws StatusError while nothing has been answered */
export async function forwardRequest(ctx: ApiContext, target: ProxyTarget, clock: Clock): Promise<void> {
  if (target.isBounded !== true) ctx.state.longRunning = true;
  const answer = await open(ctx, target, clock);
  if (target.rejectsRedirects === true && isRedirection(answer)) {
    answer.destroy();
    const body = Buffer.from('the backend attempted to redirect this request, which is not permitted');
    send(ctx, 502, { 'content-length': String(body.length) }, body);
    return;
  }
  const headers = answerHeaders(answer.rawHeaders, target);
  const isPage = target.shownUnder !== undefined && ctx.method !== 'HEAD';
  const body = isPage ? rewrittenPage(answer, target.shownUnder ?? '') : undefined;
  if (body !== undefined) for (const name of ['content-length', 'content-encoding']) delete headers[name];
  await passOn(ctx, answer, { status: answer.statusCode ?? 502, headers, body });
}

function isRedirection({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode <= 399 && (headers.location ?? '') !== '';
}

async function open(ctx: ApiContext, target: ProxyTarget, clock: Clock) {
  const { req, res } = ctx;
  const hasBody = expectsBody(ctx);
  const headers = requestHeaders(ctx, target);
  // HTTP/2 needs no length, and methods such as DELETE have no body unless they say so.
  if (hasBody && req.headers['content-length'] === undefined) headers.push('Transfer-Encoding', 'chunked');
  const sendBody: Outgoing['send'] = (request) => {
    if (!hasBody) {
      request.end();
      return;
    }
    if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue();
    req.pipe(request);
    req.once('close', () => {
      if (!req.complete) request.destroy();
    });
  };
  try {
    const answer = await openRequest(target, {
      method: ctx.method,
      headers,
      clock,
      signal: ctx.state.signal(),
      send: sendBody,
    });
    if (answer === undefined) throw new Unreachable('the server changed the protocol unasked');
    return answer;
  } catch (error) {
    if (error instanceof Unreachable) throw unreachable(error, target);
    throw error;
  }
}

export function unreachable({ message }: Unreachable, { shownUnder }: ProxyTarget): Error {
  return shownUnder === undefined
    ? failure({ code: 500, reason: '', message })
    : newServiceUnavailable(`error trying to reach service: ${message}`);
}

function expectsBody({ req }: ApiContext): boolean {
  const { headers } = req;
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  if (req.httpVersionMajor === 1) return headers['transfer-encoding'] !== undefined;
  const { stream } = req as unknown as { readonly stream?: ServerHttp2Stream & { readonly endAfterHeaders: boolean } };
  return stream?.endAfterHeaders === false;
}
