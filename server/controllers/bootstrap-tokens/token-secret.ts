/** Secrets that are bootstrap tokens, as controllers read them. */
import type { Secret } from '../../client/api-types.ts';

export const tokenType = 'bootstrap.kubernetes.io/token';
/** Informers of all who look at them. */
export const tokenSecrets = { namespace: 'kube-system', fieldSelector: `type=${tokenType}` };

export function fieldOf({ data }: Secret, name: string): string {
  const value = data !== undefined && Object.hasOwn(data, name) ? data[name] : undefined;
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}

/** Milliseconds until it ends, negative afterwards; undefined: it never does. What cannot be read has ended. */
export function timeLeft(secret: Secret, now: number): number | undefined {
  const expiration = fieldOf(secret, 'expiration');
  if (expiration === '') return undefined;
  const at = Date.parse(expiration);
  return Number.isNaN(at) ? -1 : at - now;
}

/** Undefined: it signs nothing. */
export function signingToken(
  secret: Secret,
  now: number,
): { readonly id: string; readonly secret: string } | undefined {
  const [id, value] = [fieldOf(secret, 'token-id'), fieldOf(secret, 'token-secret')];
  const isWellFormed = /^[a-z0-9]{6}$/.test(id) && value !== '' && secret.metadata.name === `bootstrap-token-${id}`;
  if (!isWellFormed || fieldOf(secret, 'usage-bootstrap-signing') !== 'true') return undefined;
  return (timeLeft(secret, now) ?? 1) <= 0 ? undefined : { id, secret: value };
}
