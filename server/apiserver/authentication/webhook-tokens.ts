/** Tokens that another server knows, by TokenReviews. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asObject, asText, asTexts } from '../../apimachinery/json-access.ts';
import { systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ReviewWebhook } from '../remote/review-webhook.ts';
import { InvalidCredential } from './authenticator.ts';
import type { AuthenticatedToken, TokenAuthenticator } from './token-authenticator.ts';

export interface WebhookTokensOptions {
  readonly webhook: ReviewWebhook;
  /** "v1" or "v1beta1", of authentication.k8s.io. */
  readonly version: string;
  /** Milliseconds for which an answer counts. */
  readonly knownFor: number;
  /** Who this server is: what a token is for if the other server does not say. */
  readonly apiAudiences: readonly string[];
}

export function webhookTokenAuthenticator(options: WebhookTokensOptions): TokenAuthenticator {
  const { webhook, version, knownFor } = options;
  return {
    async authenticateToken(token, audiences) {
      const hash = createHash('sha256').update(token).digest('base64url');
      const key = JSON.stringify([hash, audiences]);
      let status = webhook.remembered(key);
      if (status === undefined) {
        const apiVersion = `authentication.k8s.io/${version}`;
        const spec = { token, audiences: [...audiences] };
        status = await ask(webhook, { kind: 'TokenReview', apiVersion, metadata: {}, spec });
        webhook.remember(key, status, knownFor);
      }
      return resultOf(status, audiences, options.apiAudiences);
    },
  };
}

/** @throws InvalidCredential where there is no answer */
async function ask(webhook: ReviewWebhook, review: JsonObject): Promise<JsonObject> {
  try {
    return await webhook.ask(review);
  } catch (error) {
    throw new InvalidCredential(error instanceof Error ? error.message : String(error));
  }
}

function resultOf(
  status: JsonObject,
  asked: readonly string[],
  own: readonly string[],
): AuthenticatedToken | undefined {
  const said = asTexts(status.audiences);
  const audiences = asked.filter((audience) => (said.length > 0 ? said : own).includes(audience));
  if (audiences.length === 0) return undefined;
  if (status.authenticated === true) return { user: userOf(asObject(status.user)), audiences };
  if (asText(status.error) !== '') throw new InvalidCredential(asText(status.error));
  return undefined;
}

function userOf({ username, uid, groups, extra }: JsonObject): UserInfo {
  const listed = asTexts(groups);
  const fields = Object.entries(asObject(extra)).map(([key, values]) => [key, asTexts(values)] as const);
  return {
    name: asText(username),
    uid: asText(uid),
    groups: listed.includes(systemAuthenticated) ? listed : [...listed, systemAuthenticated],
    extra: Object.fromEntries(fields),
  };
}
