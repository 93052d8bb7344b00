/** JSON to and from another server, over HTTPS, in bounded time and size; redirections are not followed. */
import { request } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { REMOTE_ANSWER_BYTES, REMOTE_TIMEOUT_MS } from './limits.ts';

/** PEM each. */
export interface RemoteTls {
  /** Who vouches for the other server; unset: the system's authorities. */
  readonly authority?: string | undefined;
  /** What this server shows. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface RemoteOptions {
  readonly clock: Clock;
  readonly tls: RemoteTls;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by POST; unset: GET. */
  readonly body?: JsonObject;
}

/** The other server has answered, but not with what was asked for. */
export class RemoteRefusal extends Error {
  override name = 'RemoteRefusal';
  readonly code: number;
  constructor(url: string, code: number) {
    super(`${url} answered ${code}`);
    this.code = code;
  }
}

/** @throws RemoteRefusal for any code but 200 and 201, Error where there is no answer or none that can be read */
export async function exchangeJson(url: string, { clock, tls, headers, body }: RemoteOptions): Promise<JsonObject> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const asked = request(
    url,
    {
      method: sent === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': sent.length }),
        ...headers,
      },
      ...(tls.authority === undefined ? {} : { ca: tls.authority }),
      ...(tls.certificate === undefined ? {} : { cert: tls.certificate, key: tls.key }),
      agent: false,
    },
    (answer) => {
      const { statusCode = 0 } = answer;
      if (statusCode !== 200 && statusCode !== 201) {
        answer.destroy();
        reject(new RemoteRefusal(url, statusCode));
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= REMOTE_ANSWER_BYTES) chunks.push(chunk);
        else answer.destroy(new Error(`${url} answered more than ${REMOTE_ANSWER_BYTES} bytes`));
      });
      answer.on('end', () => resolve(Buffer.concat(chunks)));
      answer.on('error', reject);
    },
  );
  asked.on('error', reject);
  asked.end(sent);
  const cancel = clock.after(REMOTE_TIMEOUT_MS, () => asked.destroy(new Error(`${url} did not answer in time`)));
  try {
    const value: unknown = JSON.parse((await promise).toString());
    if (isJsonObject(value)) return value;
    throw new Error(`${url} answered no JSON object`);
  } finally {
    cancel();
  }
}
