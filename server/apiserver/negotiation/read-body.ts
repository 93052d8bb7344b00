/** Reads a request body up to a limit; an aborted upload is an error, never half an object. */
import { newBadRequest, newRequestEntityTooLarge } from '../../apimachinery/errors/status-error.ts';
import type { ApiContext } from '../request-context.ts';

/** Largest request body in bytes (upstream: 3 MiB). */
export const maxRequestBodyBytes = 3 * 1024 * 1024;

export function readBody(ctx: ApiContext): Promise<Buffer> {
  const { req } = ctx;
  const declared = Number(req.headers['content-length'] ?? '0');
  if (declared > maxRequestBodyBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    // Errors are made only when they are needed: every request closes once it is through.
    const fail = (makeError: () => Error) => {
      if (settled) return;
      settled = true;
      reject(makeError());
    };
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxRequestBodyBytes) {
        chunks.push(chunk);
        return;
      }
      req.pause();
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

function tooLarge(): Error {
  return newRequestEntityTooLarge(`limit is ${maxRequestBodyBytes}`);
}
