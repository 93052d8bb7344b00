/** Answers that pages of other origins may read (CORS), for the origins that the operator allows. */
import type { Middleware } from 'koa';
import type { Re2 } from '../../apimachinery/regex/re2.ts';
import { send } from '../negotiation/write-response.ts';
import type { RequestState } from '../request-context.ts';

/** Source: kube-apiserver's defaults. */
const allowances: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
  'access-control-allow-headers':
    'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, If-Modified-Since',
  'access-control-expose-headers': 'Date',
  'access-control-allow-credentials': 'true',
};

/** `origins` match anywhere in the Origin header: who wants a whole one anchors the pattern. */
export function crossOrigin(origins: readonly Re2[]): Middleware<RequestState> {
  return (ctx, next) => {
    const { origin } = ctx.req.headers;
    if (origin === undefined || origin === '' || !origins.some((pattern) => pattern.test(origin))) return next();
    const headers = { 'access-control-allow-origin': origin, ...allowances };
    if (ctx.method === 'OPTIONS') {
      // A browser asks before it sends credentials: the question has none.
      send(ctx, 204, headers, undefined);
      return Promise.resolve();
    }
    for (const [name, value] of Object.entries(headers)) ctx.res.setHeader(name, value);
    return next();
  };
}
