/** What a Secret that holds a token of a service account should say. Pure. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { serviceAccountUserName } from '../../apimachinery/request/service-account.ts';
import type { Secret, ServiceAccount } from '../../client/api-types.ts';

export const tokenSecretType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
const claimPrefix = 'kubernetes.io/serviceaccount/';

/** Undefined: it is no account's. */
export function accountNameOf({ metadata, type }: Secret): string | undefined {
  const name = metadata.annotations?.[nameAnnotation];
  return type === tokenSecretType && name !== '' ? name : undefined;
}

/** Not one of the same name that was made anew. */
export function isForAccount({ metadata }: Secret, account: ServiceAccount): boolean {
  const uid = metadata.annotations?.[uidAnnotation];
  return uid === undefined || uid === '' || uid === account.metadata.uid;
}

/** What is missing or wrong, but for the token itself; undefined: nothing is. */
export function completed(
  secret: Secret,
  account: ServiceAccount,
  certificates: string | undefined,
): Secret | undefined {
  const { data = {}, metadata } = secret;
  const { namespace = '', annotations } = metadata;
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const wanted = {
    ...(certificates === undefined ? {} : { 'ca.crt': encode(certificates) }),
    namespace: encode(namespace),
  };
  const isRight = Object.entries(wanted).every(([key, value]) => data[key] === value);
  const hasToken = (data.token ?? '') !== '';
  if (isRight && hasToken && annotations?.[uidAnnotation] === account.metadata.uid) return undefined;
  const marks = { ...annotations, [uidAnnotation]: account.metadata.uid ?? '' };
  return { ...secret, metadata: { ...metadata, annotations: marks }, data: { ...data, ...wanted } };
}

/** Such tokens do not end; they hold as long as their Secret is there. */
export function claimsOf({ metadata: { name: secretName = '' } }: Secret, { metadata }: ServiceAccount): JsonObject {
  const { name = '', namespace = '', uid = '' } = metadata;
  return {
    sub: serviceAccountUserName(namespace, name),
    [`${claimPrefix}namespace`]: namespace,
    [`${claimPrefix}secret.name`]: secretName,
    [`${claimPrefix}service-account.name`]: name,
    [`${claimPrefix}service-account.uid`]: uid,
  };
}
