/** What a service account token says, and whether the objects it speaks of are still the ones it was made for. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import { asNumber, asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { serviceAccountGroups, serviceAccountUserName } from '../../../apimachinery/request/service-account.ts';
import { credentialIdKey, systemAuthenticated, type UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { ParsedObjects } from '../../cacher/parsed-objects.ts';
import { type CredentialRemarks, InvalidCredential } from '../authenticator.ts';

/** The objects that tokens are bound to. */
export interface BoundObjects {
  readonly serviceAccounts: ParsedObjects;
  readonly pods: ParsedObjects;
  readonly secrets: ParsedObjects;
  readonly nodes: ParsedObjects;
}

/** Milliseconds by which clocks may differ; an object deleted for less still holds. */
const leeway = 60_000;

/** Of the claims that every token has. @throws InvalidCredential */
export function checkTimes(claims: JsonObject, now: number): void {
  const at = (name: string) => (isSet(claims[name]) ? asNumber(claims[name]) * 1000 : undefined);
  const [starts, ends, issued] = [at('nbf'), at('exp'), at('iat')];
  if (starts !== undefined && now + leeway < starts)
    throw new InvalidCredential('service account token is not valid yet');
  if (ends !== undefined && now - leeway > ends) throw new InvalidCredential('service account token has expired');
  if (issued !== undefined && now + leeway < issued) {
    throw new InvalidCredential('service account token is issued in the future');
  }
}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

function referenceOf(value: JsonValue | undefined): Reference | undefined {
  if (!isJsonObject(value)) return undefined;
  return { name: asText(value.name), uid: asText(value.uid) };
}

/** Who a projected token is, if everything it is bound to is still there. @throws InvalidCredential */
export async function userOfClaims(claims: JsonObject, objects: BoundObjects, now: number): Promise<UserInfo> {
  const bound = asObject(claims['kubernetes.io']);
  const namespace = asText(bound.namespace);
  const account = referenceOf(bound.serviceaccount) ?? { name: '', uid: '' };
  await checkAccount(account, namespace, { objects, now });
  const [secret, pod, node] = [referenceOf(bound.secret), referenceOf(bound.pod), referenceOf(bound.node)];
  if (secret !== undefined) {
    checkBound(secret, await objects.secrets.find(namespace, secret.name), { kind: 'secret', now });
  }
  if (pod !== undefined) checkBound(pod, await objects.pods.find(namespace, pod.name), { kind: 'pod', now });
  else if (node !== undefined) checkBound(node, await objects.nodes.find('', node.name), { kind: 'node', now });
  let user = users.get(claims);
  if (user !== undefined) return user;
  user = {
    name: serviceAccountUserName(namespace, account.name),
    uid: account.uid,
    groups: [...serviceAccountGroups(namespace), systemAuthenticated],
    extra: extraOf({ id: asText(claims.jti), pod, node }),
  };
  users.set(claims, user);
  return user;
}

/** A token that lives for a year though it is meant to be renewed each hour, and was not. */
export function remarkStaleness(claims: JsonObject, now: number, remarks: CredentialRemarks): void {
  const after = asNumber(asObject(claims['kubernetes.io']).warnafter);
  if (after === 0 || now <= after * 1000) return;
  const seconds = Math.floor(now / 1000) - after;
  const what = `subject: ${asText(claims.sub)}, seconds after warning threshold: ${seconds}`;
  remarks.annotate('authentication.k8s.io/stale-token', what);
}

/** Users follow from the claims of their tokens, which mostly come again. */
const users = new WeakMap<JsonObject, UserInfo>();

const extraPrefix = 'authentication.kubernetes.io/';

function extraOf(parts: { id: string; pod: Reference | undefined; node: Reference | undefined }): UserInfo['extra'] {
  const { id, pod, node } = parts;
  const extra: Record<string, readonly string[]> = {};
  const set = (key: string, value: string) => {
    if (value !== '') extra[extraPrefix + key] = [value];
  };
  if (id !== '') extra[credentialIdKey] = [`JTI=${id}`];
  if (node !== undefined && node.name !== '') {
    set('node-name', node.name);
    set('node-uid', node.uid);
  }
  if (pod !== undefined && pod.name !== '' && pod.uid !== '') {
    set('pod-name', pod.name);
    set('pod-uid', pod.uid);
  }
  return extra;
}

interface Lookup {
  readonly objects: BoundObjects;
  readonly now: number;
}

async function checkAccount({ name, uid }: Reference, namespace: string, { objects, now }: Lookup): Promise<void> {
  const account = await objects.serviceAccounts.find(namespace, name);
  if (account === undefined) throw new InvalidCredential(`serviceaccounts ${goQuote(name)} not found`);
  const present = account.metadata.uid ?? '';
  if (present !== uid) {
    throw new InvalidCredential(`service account UID (${present}) does not match claim (${uid})`);
  }
  if (isLongGone(account, now)) throw new InvalidCredential(`service account ${namespace}/${name} has been deleted`);
}

function checkBound(
  { uid }: Reference,
  object: KubeObject | undefined,
  { kind, now }: { readonly kind: 'secret' | 'pod' | 'node'; readonly now: number },
): void {
  if (object === undefined) throw new InvalidCredential('service account token has been invalidated');
  const present = object.metadata.uid ?? '';
  if (present !== uid) {
    throw new InvalidCredential(`${kind} UID (${present}) does not match service account ${kind} ref claim (${uid})`);
  }
  if (isLongGone(object, now)) throw new InvalidCredential('service account token has been invalidated');
}

function isLongGone({ metadata }: KubeObject, now: number): boolean {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now - leeway;
}
