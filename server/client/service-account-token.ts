/** The token of a service account of one's own: the account is made where it is missing, the token asked for anew in time. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { type Client, isAlreadyExists, isNotFound } from './client.ts';
import { TOKEN_LIFETIME_S, TOKEN_RENEWED_AFTER } from './limits.ts';
import { serviceAccounts } from './resource-types.ts';
import type { Transport, TransportRequest } from './transport.ts';

interface TokenRequest {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

export interface ServiceAccountTokenOptions {
  /** Who may make tokens. */
  readonly client: Client;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
}

export class ServiceAccountToken {
  readonly #options: ServiceAccountTokenOptions;
  #token: Promise<string> | undefined;
  /** Milliseconds since the epoch. */
  #renewAt = 0;

  constructor(options: ServiceAccountTokenOptions) {
    this.#options = options;
  }

  /** @throws StatusError, TransportError */
  get(): Promise<string> {
    if (this.#token !== undefined && this.#options.clock.now() < this.#renewAt) return this.#token;
    const token = this.#request();
    this.#token = token;
    this.#renewAt = Number.POSITIVE_INFINITY;
    token.catch(() => this.forget());
    return token;
  }

  /** It is not believed any more. */
  forget(): void {
    this.#token = undefined;
  }

  async #request(): Promise<string> {
    const { clock } = this.#options;
    const asked = clock.now();
    const { status } = await this.#create();
    const ends = Date.parse(status?.expirationTimestamp ?? '');
    const lifetime = Number.isNaN(ends) ? TOKEN_LIFETIME_S * 1000 : ends - asked;
    this.#renewAt = asked + lifetime * TOKEN_RENEWED_AFTER;
    return status?.token ?? '';
  }

  async #create(): Promise<TokenRequest> {
    const { client, namespace, name } = this.#options;
    const request = () =>
      client.request<TokenRequest>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
        body: JSON.stringify({
          kind: 'TokenRequest',
          apiVersion: 'authentication.k8s.io/v1',
          metadata: {},
          spec: { audiences: [], expirationSeconds: TOKEN_LIFETIME_S },
        }),
      });
    try {
      return await request();
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    try {
      await client.of(serviceAccounts).create({ metadata: { name, namespace } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    return request();
  }
}

/** Shows the token with every request; one that is refused (its account is another one by now) is asked for anew, once. */
export function withToken(transport: Transport, token: ServiceAccountToken): Transport {
  const send = async (request: TransportRequest) =>
    transport.request({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${await token.get()}` },
    });
  return {
    async request(request) {
      const response = await send(request);
      if (response.status !== 401) return response;
      await response.body();
      token.forget();
      return send(request);
    },
  };
}
