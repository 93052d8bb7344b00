/** Tokens that controllers keep in Secrets: without an end, valid for as long as the Secret holds them. */
import { timingSafeEqual } from 'node:crypto';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import {
  serviceAccountGroups,
  serviceAccountUserName,
  splitServiceAccountUserName,
} from '../../../apimachinery/request/service-account.ts';
import { systemAuthenticated, type UserInfo } from '../../../apimachinery/request/user-info.ts';
import { InvalidCredential } from '../authenticator.ts';
import type { BoundObjects } from './claims.ts';

export const legacyIssuer = 'kubernetes/serviceaccount';
const prefix = 'kubernetes.io/serviceaccount/';
const invalidSince = 'kubernetes.io/legacy-token-invalid-since';

export interface LegacyObjects extends BoundObjects {
  /** Told of each use of a token, also of one that is marked as invalid. */
  readonly onLegacyUse?: ((secret: KubeObject) => void) | undefined;
}

/** @throws InvalidCredential */
export async function userOfLegacyClaims(token: string, claims: JsonObject, objects: LegacyObjects): Promise<UserInfo> {
  const subject = required(asText(claims.sub), 'sub');
  const namespace = required(asText(claims[`${prefix}namespace`]), 'namespace');
  const secretName = required(asText(claims[`${prefix}secret.name`]), 'secretName');
  const name = required(asText(claims[`${prefix}service-account.name`]), 'serviceAccountName');
  const uid = required(asText(claims[`${prefix}service-account.uid`]), 'serviceAccountUID');
  const split = splitServiceAccountUserName(subject);
  if (split?.namespace !== namespace || split.name !== name) throw new InvalidCredential('sub claim is invalid');

  const secret = await objects.secrets.find(namespace, secretName);
  if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) {
    throw new InvalidCredential('Token has been invalidated');
  }
  if (!equals(Buffer.from(asText(asObject(secret.data).token), 'base64'), Buffer.from(token))) {
    throw new InvalidCredential("Token does not match server's copy");
  }
  const account = await objects.serviceAccounts.find(namespace, name);
  if (account === undefined) throw new InvalidCredential(`serviceaccounts ${goQuote(name)} not found`);
  if (account.metadata.deletionTimestamp !== undefined) {
    throw new InvalidCredential(`ServiceAccount ${namespace}/${name} has been deleted`);
  }
  const present = account.metadata.uid ?? '';
  if (present !== uid) throw new InvalidCredential(`ServiceAccount UID (${present}) does not match claim (${uid})`);
  objects.onLegacyUse?.(secret);
  if (asText(secret.metadata.labels?.[invalidSince]) !== '')
    throw new InvalidCredential(marked(secretName, namespace, name));
  return {
    name: serviceAccountUserName(namespace, name),
    uid,
    groups: [...serviceAccountGroups(namespace), systemAuthenticated],
    extra: {},
  };
}

function required(value: string, claim: string): string {
  if (value === '') throw new InvalidCredential(`${claim} claim is missing`);
  return value;
}

function equals(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function marked(secret: string, namespace: string, account: string): string {
  return (
    `the token in secret ${namespace}/${secret} for service account ${namespace}/${account} has been marked invalid. ` +
    'Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the ' +
    `'${invalidSince}' label from the secret to temporarily allow use of this token`
  );
}
