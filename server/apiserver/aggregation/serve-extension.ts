/** A request for a group version that an extension server has: passed on to it, with the name of who asks. */
import { Agent } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { send } from '../negotiation/write-response.ts';
import { forward } from '../proxy/forward-upgrade.ts';
import { EXTENSION_IDLE_MS } from '../remote/limits.ts';
import { hostPort } from '../remote/network-error.ts';
import type { RemoteAddress } from '../remote/service-resolver.ts';
import type { ApiContext } from '../request-context.ts';
import type { ApiService } from './api-services.ts';
import { type ExtensionClient, userHeaders } from './extension-client.ts';
import { DISCOVERY_TIMEOUT_MS } from './limits.ts';

/** Streams, and what may take as long as it likes. Source: kube-apiserver's long-running requests. */
const longSubresources = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

export interface ExtensionProxyOptions {
  readonly client: ExtensionClient;
  readonly clock: Clock;
  readonly rejectsRedirects: boolean;
}

export class ExtensionProxy {
  readonly #client: ExtensionClient;
  readonly #clock: Clock;
  readonly #rejectsRedirects: boolean;
  /** Keeps connections to all of them, apart by address, name and authorities. */
  readonly #agent = new Agent({ keepAlive: true, timeout: EXTENSION_IDLE_MS });

  constructor({ client, clock, rejectsRedirects }: ExtensionProxyOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#rejectsRedirects = rejectsRedirects;
  }

  stop(): void {
    this.#agent.destroy();
  }

  async serve(ctx: ApiContext, { remote, isAvailable }: ApiService): Promise<void> {
    if (remote === undefined || !isAvailable) return unavailable(ctx, 'service unavailable');
    let address: RemoteAddress;
    try {
      address = this.#client.addressOf(remote);
    } catch {
      return unavailable(ctx, 'service unavailable');
    }
    const { info } = ctx.state;
    const isLong = info.verb === 'watch' || info.verb === 'proxy' || longSubresources.has(info.subresource);
    const target = {
      address,
      path: (ctx.req.url ?? '/').replace(/^https?:\/\/[^/?]*/, ''),
      tls: this.#client.tlsOf(remote),
      headers: userHeaders(ctx.state.user),
      hostHeader: hostPort(address),
      shownUnder: '',
      agent: this.#agent,
      isBounded: !isLong,
      rejectsRedirects: this.#rejectsRedirects,
      // Discovery is asked for often, by clients that ask everybody.
      ...(info.isResourceRequest ? {} : { answerTimeout: DISCOVERY_TIMEOUT_MS }),
    };
    try {
      await forward(ctx, target, this.#clock);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.code !== 503) throw error;
      unavailable(ctx, error.message);
    }
  }
}

/** In plain text: the aggregator is not the API that was asked for. */
function unavailable(ctx: ApiContext, why: string): void {
  const body = Buffer.from(`${why}\n`);
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache, private',
    'content-length': String(body.length),
  };
  send(ctx, 503, headers, ctx.method === 'HEAD' ? undefined : body);
}
