/** Tokens of a pod's service account, bound to the pod: kept until most of their time is over. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import { serviceAccounts } from '../client/resource-types.ts';

export interface TokenOptions {
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

interface KnownToken {
  readonly token: Promise<string>;
  /** Milliseconds of the monotonic clock. */
  readonly renewAt: number;
}

/** Seconds; upstream's kubelet asks for so long where a volume says nothing. */
const usualExpiration = 3607;
/** Part of its time after which a token is renewed, and milliseconds after which it is in any case. */
const USED_PART = 0.8;
const USED_AT_MOST = 86_400_000;

export class PodTokens {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #known = new Map<string, KnownToken>();

  constructor({ client, clock }: { readonly client: Client; readonly clock: Clock }) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @throws StatusError, TransportError */
  get(pod: Pod, { audience = '', expirationSeconds = usualExpiration }: TokenOptions): Promise<string> {
    const key = `${expirationSeconds} ${audience}`;
    const now = this.#clock.monotonic();
    const known = this.#known.get(key);
    if (known !== undefined && known.renewAt > now) return known.token;
    const token = this.#ask(pod, audience, expirationSeconds);
    this.#known.set(key, { token, renewAt: now + Math.min(expirationSeconds * 1000 * USED_PART, USED_AT_MOST) });
    token.catch(() => this.#known.delete(key));
    return token;
  }

  async #ask(pod: Pod, audience: string, expirationSeconds: number): Promise<string> {
    const { name, namespace, uid } = pod.metadata;
    const request = {
      metadata: {},
      spec: {
        audiences: audience === '' ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    };
    const account = pod.spec?.serviceAccountName ?? 'default';
    const answer: object = await this.#client
      .of(serviceAccounts)
      .create(request, { namespace, name: account, subresource: 'token' });
    return (answer as { status?: { token?: string } }).status?.token ?? '';
  }
}
