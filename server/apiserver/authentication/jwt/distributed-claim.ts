/** A claim that a token leaves to somebody else (OpenID Connect Core 5.6.2): fetched, and believed as that issuer's token. */
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import { exchangeBytes } from '../../remote/https-json.ts';
import { InvalidCredential } from '../authenticator.ts';
import { unverifiedClaims } from '../unverified-claims.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { DISTRIBUTED_ISSUERS } from './limits.ts';
import { type ExpectedToken, verifyToken } from './verify-token.ts';

export interface DistributedClaimOptions {
  readonly claim: string;
  /** Whose tokens may leave it to others: they name where it is. */
  readonly issuer: ExpectedToken & { readonly certificateAuthority: string | undefined };
  readonly clock: Clock;
}

export class DistributedClaim {
  readonly #options: DistributedClaimOptions;
  /** Of those who had the claim, by their names. */
  readonly #keys = new Map<string, IssuerKeys>();

  constructor(options: DistributedClaimOptions) {
    this.#options = options;
  }

  /** The claims with this one among them, if somebody has it. @throws InvalidCredential where somebody should, and does not */
  async expand(claims: JsonObject): Promise<JsonObject> {
    const { claim } = this.#options;
    const { _claim_names: names, _claim_sources: sources } = claims;
    if (Object.hasOwn(claims, claim) || !isSet(names)) return claims;
    if (!isSet(sources)) throw unexpanded('oidc: no claim sources');
    const source = asText(asObject(names)[claim]);
    if (source === '') return claims;
    if (!Object.hasOwn(asObject(sources), source)) {
      throw unexpanded(`id token _claim_names contained a source ${source} missing in _claims_sources`);
    }
    const { endpoint, access_token: token } = asObject(asObject(sources)[source]);
    // Without an endpoint it may be one that came along, which upstream does not read either.
    if (asText(endpoint) === '') return claims;
    return { ...claims, [claim]: await this.#fetch(asText(endpoint), asText(token)) };
  }

  async #fetch(endpoint: string, accessToken: string): Promise<JsonObject[string]> {
    const { claim, issuer, clock } = this.#options;
    const jwt = await this.#get(endpoint, accessToken);
    const url = asText(unverifiedClaims(jwt)?.iss);
    if (url === '') {
      throw unexpanded(`getting untrusted issuer from endpoint ${endpoint} failed for claim "${claim}": no issuer`);
    }
    const keys = this.#keysOf(url);
    const found = await verifyToken(jwt, issuer, { keys, now: clock.now() }).catch((error: unknown) => {
      if (!(error instanceof InvalidCredential)) throw error;
      throw unexpanded(`verify distributed claim token: ${error.message}`);
    });
    if (!Object.hasOwn(found, claim)) {
      throw unexpanded(`jwt returned by distributed claim endpoint "${endpoint}" did not contain claim: ${claim}`);
    }
    return found[claim] ?? null;
  }

  async #get(endpoint: string, accessToken: string): Promise<string> {
    const { claim, issuer, clock } = this.#options;
    const headers: Record<string, string> = accessToken === '' ? {} : { authorization: `Bearer ${accessToken}` };
    try {
      if (new URL(endpoint).protocol !== 'https:') throw new Error(`${endpoint} is no https URL`);
      const answer = await exchangeBytes(endpoint, { clock, tls: { authority: issuer.certificateAuthority }, headers });
      return answer.toString().trim();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw unexpanded(`while getting distributed claim "${claim}": ${why}`);
    }
  }

  #keysOf(url: string): IssuerKeys {
    const { certificateAuthority } = this.#options.issuer;
    let keys = this.#keys.get(url);
    if (keys !== undefined) return keys;
    const oldest = this.#keys.keys().next();
    if (this.#keys.size >= DISTRIBUTED_ISSUERS && oldest.done !== true) this.#keys.delete(oldest.value);
    keys = new IssuerKeys({ url, discoveryUrl: undefined, certificateAuthority, clock: this.#options.clock });
    this.#keys.set(url, keys);
    return keys;
  }
}

function unexpanded(why: string): InvalidCredential {
  return new InvalidCredential(`oidc: could not expand distributed claims: ${why}`);
}
