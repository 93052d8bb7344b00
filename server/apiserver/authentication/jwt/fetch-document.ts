/** A JSON document of an issuer, over HTTPS, in bounded time and size; redirections are not followed. */
import { request } from 'node:https';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { ISSUER_DOCUMENT_BYTES, ISSUER_TIMEOUT_MS } from './limits.ts';

export interface FetchOptions {
  readonly clock: Clock;
  /** PEM; undefined: those of the system. */
  readonly authority: string | undefined;
}

/** @throws Error that says what is wrong with the answer, or that there was none */
export async function fetchDocument(url: string, { clock, authority }: FetchOptions): Promise<JsonObject> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const asked = request(url, { ...(authority === undefined ? {} : { ca: authority }), agent: false }, (answer) => {
    if (answer.statusCode !== 200) {
      answer.destroy();
      reject(new Error(`${url} answered ${answer.statusCode ?? 0}`));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    answer.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > ISSUER_DOCUMENT_BYTES)
        answer.destroy(new Error(`${url} answered more than ${ISSUER_DOCUMENT_BYTES} bytes`));
      else chunks.push(chunk);
    });
    answer.on('end', () => resolve(Buffer.concat(chunks)));
    answer.on('error', reject);
  });
  asked.on('error', reject);
  asked.end();
  const cancel = clock.after(ISSUER_TIMEOUT_MS, () => asked.destroy(new Error(`${url} did not answer in time`)));
  try {
    const value: unknown = JSON.parse((await promise).toString());
    if (isJsonObject(value)) return value;
    throw new Error(`${url} answered no JSON object`);
  } finally {
    cancel();
  }
}
