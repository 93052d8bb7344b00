/** Makes service account tokens, and the documents by which others verify them. */
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { VerifyingKey } from './signing-keys.ts';

export interface TokenIssuerOptions {
  readonly issuer: string;
  readonly signingKey: VerifyingKey;
  readonly keys: readonly VerifyingKey[];
  /** What tokens are for that name no audience. */
  readonly audiences: readonly string[];
  /** Seconds; undefined: as long as is asked for. */
  readonly maxExpiration: number | undefined;
  /** Tokens that pods get to replace the old ones live for a year, and are only reported after their hour. */
  readonly extendsExpiration: boolean;
  /** Where the keys are; unset: at this server. */
  readonly keysUri: string | undefined;
}

export class TokenIssuer {
  readonly audiences: readonly string[];
  readonly maxExpiration: number | undefined;
  readonly extendsExpiration: boolean;
  readonly #options: TokenIssuerOptions;

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
    this.audiences = options.audiences;
    this.maxExpiration = options.maxExpiration;
    this.extendsExpiration = options.extendsExpiration;
  }

  /** A signed token with these claims and the issuer's. */
  async sign(claims: JsonObject): Promise<string> {
    const { issuer, signingKey } = this.#options;
    const { CompactSign } = await import('jose');
    const sorted = Object.fromEntries(Object.entries({ ...claims, iss: issuer }).sort(([a], [b]) => (a < b ? -1 : 1)));
    return new CompactSign(Buffer.from(JSON.stringify(sorted)))
      .setProtectedHeader({ alg: signingKey.algorithm, kid: signingKey.id })
      .sign(signingKey.key);
  }

  /** `address` is this server's, as host:port. */
  openIdConfiguration(address: string): JsonObject {
    const { issuer, keys, keysUri } = this.#options;
    return {
      issuer,
      jwks_uri: keysUri ?? `https://${address}${keysPath}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys.map(({ algorithm }) => algorithm))].sort(),
    };
  }

  keySet(): JsonObject {
    return {
      keys: this.#options.keys.map(({ id, algorithm, key }) => {
        const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' });
        const curve = kty === 'EC' ? { crv: crv ?? '' } : {};
        const point = kty === 'EC' ? { x: x ?? '', y: y ?? '' } : { n: n ?? '', e: e ?? '' };
        return { use: 'sig', kty: kty ?? '', kid: id, ...curve, alg: algorithm, ...point };
      }),
    };
  }
}

export const configurationPath = '/.well-known/openid-configuration';
export const keysPath = '/openid/v1/jwks';
