/** Reads a request body up to a limit; an aborted upload is an error, never half an object. */
import type { Http2Stream } from 'node:http2';
import { newBadRequest, newRequestEntityTooLarge } from '../../apimachinery/errors/status-error.ts';
import type { ApiContext } from '../request-context.ts';

/** Largest request body in bytes (upstream: 3 MiB). */
export const maxRequestBodyBytes = 3 * 1024 * 1024;

const empty = Buffer.alloc(0);

export function readBody(ctx: ApiContext): Promise<Buffer> {
  const { req } = ctx;
  const declared = req.headers['content-length'];
  if (declared === '0') return Promise.resolve(empty);
  if (Number(declared ?? '0') > maxRequestBodyBytes) {
    abandonBody(ctx);
    return Promise.reject(tooLarge());
  }
  // Only now is it certain that the body is wanted.
  if (req.headers.expect?.toLowerCase() === '100-continue') ctx.res.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    // Errors are made only when they are needed: every request closes once it is through.
    const fail = (makeError: () => Error) => {
      if (settled) return;
      settled = true;
      chunks.length = 0;
      reject(makeError());
    };
    req.on('data', (chunk: Buffer) => {
      if (settled) return;
      size += chunk.length;
      if (size <= maxRequestBodyBytes) {
        chunks.push(chunk);
        return;
      }
      abandonBody(ctx);
      fail(tooLarge);
    });
    req.on('end', () => {
      if (settled) return;
      settled = true;
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    req.on('error', (error) => fail(() => newBadRequest(`error reading the request body: ${error.message}`)));
    req.on('aborted', () => fail(unexpectedEnd));
    req.on('close', () => fail(unexpectedEnd));
  });
}

function unexpectedEnd(): Error {
  return newBadRequest('unexpected EOF');
}

/** The answer comes before the upload is over: its rest is not wanted, and nothing after it can be told from it. */
export function abandonBody(ctx: ApiContext): void {
  const { req, res } = ctx;
  if (req.complete || res.headersSent) return;
  if (req.httpVersionMajor === 1) res.setHeader('connection', 'close');
  else {
    // An HTTP/2 stream would stay half open until the client has sent everything.
    const { stream } = res as unknown as { readonly stream?: Http2Stream };
    stream?.once('finish', () => stream.close());
  }
  req.resume();
}

function tooLarge(): Error {
  return newRequestEntityTooLarge(`Request entity too large: limit is ${maxRequestBodyBytes}`);
}
