/** This server as a client of an extension server: as itself, or as a front proxy that says for whom it asks. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { exchange, type RemoteAnswer, type RemoteTls } from '../remote/https-exchange.ts';
import { EXTENSION_ANSWER_BYTES } from '../remote/limits.ts';
import { hostPort } from '../remote/network-error.ts';
import type { RemoteAddress, ServiceResolver } from '../remote/service-resolver.ts';
import type { RemoteService } from './api-services.ts';

/** PEM: what a front proxy shows. */
export interface ProxyIdentity {
  readonly certificate: string;
  readonly key: string;
}

export interface ExtensionClientOptions {
  readonly clock: Clock;
  readonly resolve: ServiceResolver;
  /** Undefined: extension servers are not told who asks. */
  readonly identity: () => ProxyIdentity | undefined;
}

/** As which the server asks for what all users see. */
export const aggregatorUser: UserInfo = {
  name: 'system:kube-aggregator',
  uid: '',
  groups: ['system:masters'],
  extra: {},
};

export interface ExtensionRequest {
  /** "/apis/…" */
  readonly path: string;
  readonly user: UserInfo;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
  /** Unset: any of its endpoints. */
  readonly address?: RemoteAddress;
}

export class ExtensionClient {
  readonly #options: ExtensionClientOptions;

  constructor(options: ExtensionClientOptions) {
    this.#options = options;
  }

  /** @throws Error that says why there is no way to it */
  addressOf(service: RemoteService): RemoteAddress {
    return this.#options.resolve(service);
  }

  tlsOf({ name, namespace, authority, insecure }: RemoteService): RemoteTls {
    return { serverName: `${name}.${namespace}.svc`, authority, insecure, ...this.#options.identity() };
  }

  urlOf(address: RemoteAddress, path: string): string {
    return `https://${hostPort(address)}${path}`;
  }

  /** @throws Error in Go's words */
  async get(service: RemoteService, request: ExtensionRequest): Promise<RemoteAnswer> {
    const { path, user, headers, timeout, address = this.addressOf(service) } = request;
    return exchange(this.urlOf(address, path), {
      clock: this.#options.clock,
      tls: this.tlsOf(service),
      headers: { ...userHeaders(user), ...headers },
      timeout,
      maxBytes: EXTENSION_ANSWER_BYTES,
    });
  }
}

/** X-Remote-…: for whom a front proxy asks. */
export function userHeaders({ name, uid, groups, extra }: UserInfo): Record<string, string | readonly string[]> {
  const headers: Record<string, string | readonly string[]> = { 'x-remote-user': name };
  if (uid !== '') headers['x-remote-uid'] = uid;
  if (groups.length > 0) headers['x-remote-group'] = groups;
  for (const [key, values] of Object.entries(extra)) headers[`x-remote-extra-${headerKey(key)}`] = values;
  return headers;
}

/** What a header's name cannot hold is escaped as in URLs. */
function headerKey(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^!#$&'*+.^_`|~0-9a-z-]/g, (character) =>
      [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    );
}
