/** Service accounts as users: how their names and groups are made of namespace and name, and read back. */
import { isDns1123Label, isDns1123Subdomain } from '../validation/names.ts';

const prefix = 'system:serviceaccount:';
const allServiceAccounts = 'system:serviceaccounts';

export function serviceAccountUserName(namespace: string, name: string): string {
  return `${prefix}${namespace}:${name}`;
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return [allServiceAccounts, `${allServiceAccounts}:${namespace}`];
}

/** Undefined: another user's name. */
export function splitServiceAccountUserName(
  userName: string,
): { readonly namespace: string; readonly name: string } | undefined {
  if (!userName.startsWith(prefix)) return undefined;
  const [namespace = '', name = '', ...more] = userName.slice(prefix.length).split(':');
  if (more.length > 0 || isDns1123Label(namespace).length > 0 || isDns1123Subdomain(name).length > 0) return undefined;
  return { namespace, name };
}
