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
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxRequestBodyBytes) {
        req.pause();
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    req.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    req.on('error', (error) => reject(newBadRequest(`error reading the request body: ${error.message}`)));
    req.on('aborted', () => reject(newBadRequest('unexpected EOF')));
    req.on('close', () => reject(newBadRequest('unexpected EOF')));
  });
}

function tooLarge(): Error {
  return newRequestEntityTooLarge(`limit is ${maxRequestBodyBytes}`);
}
