/** Whether a token of another issuer is one: its signature, its times, and whom it is for. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { asNumber, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import { InvalidCredential } from '../authenticator.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** Milliseconds by which an issuer's clock may be ahead. */
const leeway = 5 * 60_000;

export interface ExpectedToken {
  /** It is for one of these. */
  readonly audiences: readonly string[];
  readonly signingAlgorithms: readonly string[];
}

export interface Verification {
  readonly keys: IssuerKeys;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Its claims. @throws InvalidCredential */
export async function verifyToken(
  token: string,
  { audiences, signingAlgorithms }: ExpectedToken,
  { keys, now }: Verification,
): Promise<JsonObject> {
  const claims = await verified(token, signingAlgorithms, keys);
  checkTimes(claims, now);
  checkAudience(claims, audiences);
  return claims;
}

/** The payload. @throws InvalidCredential */
async function verified(token: string, signingAlgorithms: readonly string[], keys: IssuerKeys): Promise<JsonObject> {
  const jose = await import('jose');
  const attempt = async (): Promise<JsonObject> => {
    const set = jose.createLocalJWKSet(await keys.present());
    const { payload } = await jose.compactVerify(token, set, { algorithms: [...signingAlgorithms] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString());
    if (!isJsonObject(claims)) throw new jose.errors.JWTInvalid('no object');
    return claims;
  };
  try {
    return await attempt().catch(async (error: unknown) => {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have new keys.
      await keys.refresh();
      return attempt();
    });
  } catch (error) {
    if (error instanceof jose.errors.JOSEError || error instanceof SyntaxError) {
      throw new InvalidCredential(
        'oidc: verify token: failed to verify signature: failed to verify id token signature',
      );
    }
    throw new InvalidCredential(error instanceof Error ? error.message : String(error));
  }
}

function checkTimes(claims: JsonObject, now: number): void {
  const ends = asNumber(claims.exp) * 1000;
  if (now > ends) {
    const at = new Date(ends)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' +0000 UTC');
    throw new InvalidCredential(`oidc: verify token: oidc: token is expired (Token Expiry: ${at})`);
  }
  if (isSet(claims.nbf) && now + leeway < asNumber(claims.nbf) * 1000) {
    throw new InvalidCredential('oidc: verify token: oidc: current time before the nbf (not before) time');
  }
}

function checkAudience(claims: JsonObject, wanted: readonly string[]): void {
  const meant = Array.isArray(claims.aud) ? asTexts(claims.aud) : [asText(claims.aud)];
  if (meant.some((audience) => wanted.includes(audience))) return;
  const quoted = (values: readonly string[]) => `[${values.map(goQuote).join(' ')}]`;
  throw new InvalidCredential(
    `oidc: verify token: oidc: expected audience in ${quoted([...wanted].sort())} got ${quoted(meant)}`,
  );
}
