/** JSON to and from another server, over HTTPS: what reviews and issuers of tokens answer. */
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import { exchange, type ExchangeOptions } from './https-exchange.ts';
import { REMOTE_ANSWER_BYTES, REMOTE_TIMEOUT_MS } from './limits.ts';

export interface RemoteOptions extends Pick<ExchangeOptions, 'clock' | 'tls' | 'headers'> {
  /** Sent by POST; unset: GET. */
  readonly body?: JsonObject;
  /** Milliseconds; unset: REMOTE_TIMEOUT_MS. */
  readonly timeout?: number | undefined;
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
export async function exchangeJson(url: string, { body, ...options }: RemoteOptions): Promise<JsonObject> {
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const value: unknown = JSON.parse((await exchangeBytes(url, { ...options, body: sent })).toString());
  if (isJsonObject(value)) return value;
  throw new Error(`${url} answered no JSON object`);
}

/** Any answer will do, if its code is right. @throws RemoteRefusal, Error as above */
export async function exchangeBytes(
  url: string,
  options: Pick<ExchangeOptions, 'clock' | 'tls' | 'headers' | 'body'> & Pick<RemoteOptions, 'timeout'>,
): Promise<Buffer> {
  const answer = await exchange(url, {
    ...options,
    timeout: options.timeout ?? REMOTE_TIMEOUT_MS,
    maxBytes: REMOTE_ANSWER_BYTES,
  });
  if (answer.code !== 200 && answer.code !== 201) throw new RemoteRefusal(url, answer.code);
  return answer.body;
}
