/** Authenticates service account tokens: signature, issuer, audience, times, and the objects that the token is bound to. */
import { createHash } from 'node:crypto';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { asText, asTexts } from '../../../apimachinery/json-access.ts';
import { type CredentialRemarks, InvalidCredential } from '../authenticator.ts';
import type { AuthenticatedToken, TokenAuthenticator } from '../token-authenticator.ts';
import { unverifiedClaims, unverifiedHeader } from '../unverified-claims.ts';
import { checkTimes, remarkStaleness, userOfClaims } from './claims.ts';
import { legacyIssuer, type LegacyObjects, userOfLegacyClaims } from './legacy-claims.ts';
import { VERIFIED_TOKENS } from './limits.ts';
import type { VerifyingKey } from './signing-keys.ts';

export interface ServiceAccountTokensOptions {
  readonly keys: readonly VerifyingKey[];
  readonly issuers: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly objects: LegacyObjects;
  readonly clock: Clock;
}

export class ServiceAccountTokens implements TokenAuthenticator {
  readonly #options: ServiceAccountTokensOptions;
  readonly #issuers: ReadonlySet<string>;
  /** Claims of tokens whose signature was right, by the tokens' hashes: objects and times are looked at each time. */
  readonly #verified = new Map<string, JsonObject>();

  constructor(options: ServiceAccountTokensOptions) {
    this.#options = options;
    this.#issuers = new Set([...options.issuers, legacyIssuer]);
  }

  authenticateToken(
    token: string,
    audiences: readonly string[],
    remarks: CredentialRemarks,
  ): Promise<AuthenticatedToken> | undefined {
    const claims = unverifiedClaims(token);
    if (claims === undefined || !this.#issuers.has(asText(claims.iss))) return undefined;
    return this.#authenticate(token, { audiences, remarks });
  }

  async #authenticate(token: string, { audiences, remarks }: Asked): Promise<AuthenticatedToken> {
    const { apiAudiences, objects, clock } = this.#options;
    const hash = createHash('sha256').update(token).digest('base64url');
    let claims = this.#verified.get(hash);
    if (claims === undefined) {
      claims = await this.#verify(token);
      this.#remember(hash, claims);
    }
    const own = Array.isArray(claims.aud) ? asTexts(claims.aud) : [asText(claims.aud)].filter((text) => text !== '');
    // Only tokens of Secrets are for no one in particular.
    if (own.length === 0) remarks.annotate('authentication.k8s.io/legacy-token', asText(claims.sub));
    const meant = own.length === 0 ? apiAudiences : own;
    const shared = meant.filter((audience) => audiences.includes(audience));
    if (shared.length === 0) {
      throw new InvalidCredential(
        `token audiences ${quoted(meant)} is invalid for the target audiences ${quoted(audiences)}`,
      );
    }
    if (asText(claims.iss) === legacyIssuer) {
      return { user: await userOfLegacyClaims(token, claims, { objects, remarks }), audiences: shared };
    }
    const now = clock.now();
    checkTimes(claims, now);
    const user = await userOfClaims(claims, objects, now);
    remarkStaleness(claims, now, remarks);
    return { user, audiences: shared };
  }

  /** The payload. @throws InvalidCredential */
  async #verify(token: string): Promise<JsonObject> {
    const jose = await import('jose');
    const id = asText(unverifiedHeader(token)?.kid);
    const keys = this.#options.keys.filter((key) => id === '' || key.id === id);
    if (keys.length === 0) throw new InvalidCredential('invalid signature, no keys found');
    for (const { key, algorithm } of keys) {
      try {
        const { payload } = await jose.compactVerify(token, key, { algorithms: [algorithm] });
        const claims: unknown = JSON.parse(Buffer.from(payload).toString());
        if (isJsonObject(claims)) return claims;
      } catch (error) {
        if (!(error instanceof jose.errors.JOSEError)) throw error;
      }
    }
    throw new InvalidCredential('go-jose/go-jose: error in cryptographic primitive');
  }

  #remember(hash: string, claims: JsonObject): void {
    if (this.#verified.size >= VERIFIED_TOKENS) {
      const oldest = this.#verified.keys().next();
      if (oldest.done !== true) this.#verified.delete(oldest.value);
    }
    this.#verified.set(hash, claims);
  }
}

interface Asked {
  readonly audiences: readonly string[];
  readonly remarks: CredentialRemarks;
}

function quoted(values: readonly string[]): string {
  return `[${values.map(goQuote).join(' ')}]`;
}
