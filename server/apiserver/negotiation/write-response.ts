/** Sends a finished answer: one write of bytes with their headers, past koa's body handling, gzip for large ones. */
import { constants, gzip } from 'node:zlib';
import type { Http2ServerResponse } from 'node:http2';
import type { ServerResponse } from 'node:http';
import type { ApiContext } from '../request-context.ts';
import { warningHeaders } from './warning-headers.ts';

/** Bytes from which an answer is compressed when the client accepts gzip (upstream: 128 KiB). */
export const gzipThreshold = 128 * 1024;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer | string | CompressibleBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as JSON without spaces, for the audit trail; unset: it is no object. */
  readonly shown?: () => string;
}

/** A body that knows a cheaper way to its compressed form than through its bytes. */
export interface CompressibleBody {
  readonly length: number;
  bytes(): Buffer;
  gzip(): Promise<Buffer>;
}

/** Sent with every answer of the API: it is never the same for two callers, and nothing may store it. */
const cacheControl = 'no-cache, private';

export async function writeAnswer(ctx: ApiContext, answer: Answer): Promise<void> {
  const plain = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  let body: Buffer;
  const headers: Record<string, string | string[]> = {
    'content-type': answer.contentType,
    'cache-control': cacheControl,
  };
  if (answer.headers !== undefined) Object.assign(headers, answer.headers);
  if (ctx.state.warnings !== undefined && ctx.state.warnings.length > 0)
    headers.warning = warningHeaders(ctx.state.warnings);
  if (plain.length > gzipThreshold && acceptsGzip(ctx.req.headers['accept-encoding'])) {
    body = await ('gzip' in plain ? plain.gzip() : compress(plain));
    headers['content-encoding'] = 'gzip';
    const vary = headers.vary === undefined ? '' : String(headers.vary);
    if (!vary.includes('Accept-Encoding')) headers.vary = vary === '' ? 'Accept-Encoding' : `Accept-Encoding, ${vary}`;
  } else body = 'bytes' in plain ? plain.bytes() : plain;
  headers['content-length'] = String(body.length);
  if (answer.shown !== undefined && ctx.state.audit?.wantsResponse === true) {
    ctx.state.audit.addResponseObject(answer.shown());
  }
  send(ctx, answer.status, headers, ctx.method === 'HEAD' ? undefined : body);
}

/** Takes the response from koa and writes it whole. A client that has gone is not an error. */
export function send(
  ctx: ApiContext,
  status: number,
  headers: Record<string, string | string[]>,
  body: Buffer | undefined,
): void {
  ctx.respond = false;
  const res: ServerResponse | Http2ServerResponse = ctx.res;
  if (res.destroyed || res.writableEnded) return;
  writeHead(ctx, status, headers);
  if (body === undefined) res.end();
  else res.end(body);
}

/** Every answer of the API begins here, so that the audit trail sees it begin. */
export function writeHead(ctx: ApiContext, status: number, headers: Record<string, string | string[]>): void {
  ctx.state.onHead?.();
  ctx.state.audit?.start(status, { longRunning: ctx.state.longRunning });
  ctx.res.writeHead(status, headers);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return typeof header === 'string' && /\bgzip\b/.test(header) && !/\bgzip\s*;\s*q=0(?:\.0*)?(?:,|$)/.test(header);
}

function compress(body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(body, { level: constants.Z_BEST_SPEED }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
  });
}
