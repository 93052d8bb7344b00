/** The keys of one issuer: found through its discovery document, asked for again when a token names one that is not known. */
import type { JSONWebKeySet } from 'jose';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import { asText } from '../../../apimachinery/json-access.ts';
import { exchangeJson } from '../../remote/https-json.ts';
import { ISSUER_RETRY_MS } from './limits.ts';

export interface IssuerKeysOptions {
  readonly url: string;
  /** Where the discovery document is; unset: below the issuer. */
  readonly discoveryUrl: string | undefined;
  /** PEM; undefined: the system's authorities vouch for the issuer. */
  readonly certificateAuthority: string | undefined;
  readonly clock: Clock;
}

export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  #keys: JSONWebKeySet | undefined;
  #fetching: Promise<void> | undefined;
  /** Monotonic milliseconds. */
  #lastFetch = Number.NEGATIVE_INFINITY;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  /** Those known now, at first all that the issuer has. @throws Error where it has never answered */
  async present(): Promise<JSONWebKeySet> {
    if (this.#keys === undefined) await this.refresh();
    if (this.#keys === undefined) throw new Error('oidc: authenticator not initialized');
    return this.#keys;
  }

  /** Asks the issuer, unless that was done a moment ago; whoever asks meanwhile waits for the same answer. */
  async refresh(): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (this.#fetching === undefined) {
      if (now - this.#lastFetch < ISSUER_RETRY_MS) return;
      this.#lastFetch = now;
      this.#fetching = this.#fetch().finally(() => (this.#fetching = undefined));
    }
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { url, discoveryUrl, certificateAuthority, clock } = this.#options;
    const options = { clock, tls: { authority: certificateAuthority } };
    try {
      const at = discoveryUrl ?? `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const configuration = await exchangeJson(at, options);
      // Whoever answers for another issuer must not lend it keys.
      if (asText(configuration.issuer) !== url) return;
      const keys = await exchangeJson(asText(configuration.jwks_uri), options);
      if (Array.isArray(keys.keys)) this.#keys = keys as unknown as JSONWebKeySet;
    } catch {
      // Keys that are known go on being good; without any, tokens are refused until the issuer answers.
    }
  }
}
