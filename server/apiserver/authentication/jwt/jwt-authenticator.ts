/** Tokens of other issuers (OpenID Connect): verified by the issuer's keys, their claims mapped to a user. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import { systemAuthenticated, type UserInfo } from '../../../apimachinery/request/user-info.ts';
import { InvalidCredential } from '../authenticator.ts';
import type { AuthenticatedToken, TokenAuthenticator } from '../token-authenticator.ts';
import { unverifiedClaims } from '../unverified-claims.ts';
import { type ClaimExpression, userForExpressions, type ValidationRule } from './claim-expressions.ts';
import { DistributedClaim } from './distributed-claim.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { verifyToken } from './verify-token.ts';

export interface MappedClaim {
  readonly claim: string;
  /** Put before each value. */
  readonly prefix: string;
}

/** How a part of a user comes out of a token's claims: one of them, or an expression on all. */
export type ClaimMapping = MappedClaim | { readonly expression: ClaimExpression };

export interface ExtraMapping {
  readonly key: string;
  readonly expression: ClaimExpression;
}

export interface JwtIssuer {
  readonly url: string;
  readonly discoveryUrl: string | undefined;
  readonly certificateAuthority: string | undefined;
  /** A token is for one of these. */
  readonly audiences: readonly string[];
  readonly signingAlgorithms: readonly string[];
  readonly username: ClaimMapping;
  readonly groups: ClaimMapping | undefined;
  readonly uid: ClaimMapping | undefined;
  readonly extra: readonly ExtraMapping[];
  /** Claims that a token must have, with their values. */
  readonly requiredClaims: ReadonlyMap<string, string>;
  readonly claimRules: readonly ValidationRule[];
  readonly userRules: readonly ValidationRule[];
}

export interface JwtAuthenticatorOptions {
  readonly issuer: JwtIssuer;
  readonly clock: Clock;
  /** Such a token is for whoever this server is. */
  readonly apiAudiences: readonly string[];
}

export function jwtAuthenticator({ issuer, clock, apiAudiences }: JwtAuthenticatorOptions): TokenAuthenticator {
  const { url, discoveryUrl, certificateAuthority } = issuer;
  const keys = new IssuerKeys({ url, discoveryUrl, certificateAuthority, clock });
  const { groups } = issuer;
  const distributed =
    groups !== undefined && 'claim' in groups
      ? new DistributedClaim({ claim: groups.claim, issuer, clock })
      : undefined;
  const authenticate = async (token: string, shared: readonly string[]): Promise<AuthenticatedToken> => {
    const said = await verifyToken(token, issuer, { keys, now: clock.now() });
    const claims = distributed === undefined ? said : await distributed.expand(said);
    return { user: userOf(claims, issuer), audiences: shared };
  };
  return {
    authenticateToken(token, audiences) {
      if (asText(unverifiedClaims(token)?.iss) !== url) return undefined;
      const shared = audiences.filter((audience) => apiAudiences.includes(audience));
      return shared.length === 0 ? undefined : authenticate(token, shared);
    },
  };
}

function userOf(claims: JsonObject, issuer: JwtIssuer): UserInfo {
  const { requiredClaims, claimRules, userRules } = issuer;
  const name = usernameOf(claims, issuer.username);
  const listed = issuer.groups === undefined ? [] : groupsFrom(claims, issuer.groups);
  const uid = issuer.uid === undefined ? '' : uidOf(claims, issuer.uid);
  const extra = extraOf(claims, issuer.extra);
  for (const [claim, value] of requiredClaims) checkRequired(claims, claim, value);
  checkRules(claimRules, claims, 'claim validation expression');
  const user = { name, uid, groups: listed, extra };
  if (userRules.length > 0) checkRules(userRules, userForExpressions(user), 'user info validation rule');
  return { ...user, groups: [...listed, systemAuthenticated] };
}

function evaluated(what: string, expression: ClaimExpression, value: JsonObject): JsonValue | undefined {
  try {
    return expression(value);
  } catch (error) {
    throw new InvalidCredential(
      `oidc: error evaluating ${what}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checkRules(rules: readonly ValidationRule[], value: JsonObject, what: string): void {
  for (const { expression, message, holds } of rules) {
    if (evaluated(what, holds, value) === true) continue;
    const detail = message === '' ? '' : `: ${message}`;
    throw new InvalidCredential(
      `oidc: error evaluating ${what}: validation expression '${expression}' failed${detail}`,
    );
  }
}

function usernameOf(claims: JsonObject, mapping: ClaimMapping): string {
  if ('claim' in mapping) return mapping.prefix + nameOf(claims, mapping.claim);
  const name = evaluated('username claim expression', mapping.expression, claims);
  if (typeof name !== 'string') {
    throw new InvalidCredential(
      'oidc: error evaluating username claim expression: username claim expression must return a string',
    );
  }
  if (name === '') throw new InvalidCredential('oidc: empty username via CEL expression is not allowed');
  return name;
}

function groupsFrom(claims: JsonObject, mapping: ClaimMapping): readonly string[] {
  if ('claim' in mapping) return groupsOf(claims, mapping.claim).map((group) => mapping.prefix + group);
  return listFrom('group claim expression', mapping.expression, claims);
}

/** Texts that are empty do not count, as for upstream. */
function listFrom(what: string, expression: ClaimExpression, claims: JsonObject): readonly string[] {
  const value = evaluated(what, expression, claims);
  if (value === null || value === '') return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return asTexts(value).filter((text) => text !== '');
  throw new InvalidCredential(`oidc: error evaluating ${what}: neither a text nor a list of texts`);
}

function uidOf(claims: JsonObject, mapping: ClaimMapping): string {
  if ('claim' in mapping) return textOf(claims, mapping.claim, `parse uid claim ${goQuote(mapping.claim)}`);
  const uid = evaluated('uid claim expression', mapping.expression, claims);
  if (typeof uid === 'string') return uid;
  throw new InvalidCredential('oidc: error evaluating uid claim expression: uid claim expression must return a string');
}

function extraOf(claims: JsonObject, mappings: readonly ExtraMapping[]): UserInfo['extra'] {
  const lists = mappings.map(
    ({ key, expression }) => [key, listFrom('extra claim expression', expression, claims)] as const,
  );
  return Object.fromEntries(lists.filter(([, values]) => values.length > 0));
}

/** An address that nobody has verified is no name. */
function nameOf(claims: JsonObject, claim: string): string {
  const name = textOf(claims, claim, `parse username claims ${goQuote(claim)}`);
  if (claim === 'email' && Object.hasOwn(claims, 'email_verified') && claims.email_verified !== true) {
    throw new InvalidCredential('oidc: email not verified');
  }
  if (name === '') throw new InvalidCredential(`oidc: parse username claims ${goQuote(claim)}: claim is empty`);
  return name;
}

function groupsOf(claims: JsonObject, claim: string): readonly string[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (!isSet(value)) return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((group) => typeof group === 'string')) return value;
  throw new InvalidCredential(`oidc: parse groups claim ${goQuote(claim)}: neither a text nor a list of texts`);
}

function textOf(claims: JsonObject, claim: string, what: string): string {
  if (!Object.hasOwn(claims, claim)) throw new InvalidCredential(`oidc: ${what}: claim not present`);
  const value = claims[claim];
  if (typeof value !== 'string') throw new InvalidCredential(`oidc: ${what}: no text`);
  return value;
}

function checkRequired(claims: JsonObject, claim: string, value: string): void {
  if (!Object.hasOwn(claims, claim)) {
    throw new InvalidCredential(`oidc: required claim ${claim} not present in ID token`);
  }
  const present = textOf(claims, claim, `parse claim ${claim}`);
  if (present === value) return;
  throw new InvalidCredential(`oidc: required claim ${claim} value does not match. Got = ${present}, want = ${value}`);
}
