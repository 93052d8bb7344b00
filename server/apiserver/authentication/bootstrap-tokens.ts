/** Bootstrap tokens: id.secret, kept as Secrets bootstrap-token-<id> in kube-system, with which new nodes join. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ParsedObjects } from '../cacher/parsed-objects.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';

export interface BootstrapTokensOptions {
  readonly secrets: ParsedObjects;
  readonly clock: Clock;
  /** Such a token is for whoever this server is. */
  readonly apiAudiences: readonly string[];
}

const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const groupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const defaultGroup = 'system:bootstrappers';

export function bootstrapTokenAuthenticator(options: BootstrapTokensOptions): TokenAuthenticator {
  return {
    async authenticateToken(token, audiences) {
      const [, id = '', secret = ''] = tokenPattern.exec(token) ?? [];
      const shared = audiences.filter((audience) => options.apiAudiences.includes(audience));
      if (id === '' || shared.length === 0) return undefined;
      const object = await options.secrets.find('kube-system', `bootstrap-token-${id}`);
      const user = object === undefined ? undefined : userOf(object, { id, secret, now: options.clock.now() });
      return user === undefined ? undefined : { user, audiences: shared };
    },
  };
}

interface Offered {
  readonly id: string;
  readonly secret: string;
  readonly now: number;
}

/** Undefined: it is not this token, or it is not to be used so any more. */
function userOf(object: KubeObject, { id, secret, now }: Offered): UserInfo | undefined {
  if (object.metadata.deletionTimestamp !== undefined || object.type !== 'bootstrap.kubernetes.io/token')
    return undefined;
  const data = asObject(object.data);
  const value = (key: string) => Buffer.from(asText(data[key]), 'base64').toString();
  if (!equals(value('token-secret'), secret) || value('token-id') !== id) return undefined;
  const expiration = value('expiration');
  // One that cannot be read has passed.
  if (expiration !== '' && !(Date.parse(expiration) > now)) return undefined;
  if (value('usage-bootstrap-authentication') !== 'true') return undefined;
  const extra = value('auth-extra-groups');
  const groups = extra === '' ? [] : extra.split(',');
  if (!groups.every((group) => groupPattern.test(group))) return undefined;
  const all = [...new Set([defaultGroup, ...groups])].sort();
  return { name: `system:bootstrap:${id}`, uid: '', groups: [...all, systemAuthenticated], extra: {} };
}

function equals(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
