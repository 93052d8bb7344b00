/** Front proxies: a proxy that shows a certificate of the right authority says in headers whose request it passes on. */
import { systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from './authenticator.ts';
import { headersUnder, headerValues } from './raw-headers.ts';
import { clientCertificateOf } from './peer-certificate.ts';
import type { TrustedAuthorities } from './trusted-authorities.ts';

/** Names of headers, as the flags --requestheader-… list them. */
export interface RequestHeaderNames {
  readonly username: readonly string[];
  readonly uid: readonly string[];
  readonly group: readonly string[];
  readonly extraPrefix: readonly string[];
}

export interface RequestHeaderOptions {
  readonly authorities: TrustedAuthorities;
  /** Common names of proxies; empty: any that the authority vouches for. */
  readonly allowedNames: readonly string[];
  readonly names: RequestHeaderNames;
}

export function requestHeaderAuthenticator({ authorities, allowedNames, names }: RequestHeaderOptions): Authenticator {
  return {
    authenticate(request) {
      if (!authorities.hasFrontProxies) return undefined;
      const certificate = clientCertificateOf(request);
      if (certificate === undefined || !authorities.isFrontProxy(certificate.chain)) return undefined;
      if (allowedNames.length > 0 && !allowedNames.includes(certificate.commonName)) {
        throw new InvalidCredential(`x509: subject with cn=${certificate.commonName} is not in the allowed list`);
      }
      return userOf(request.rawHeaders, names);
    },
  };
}

function userOf(raw: readonly string[], names: RequestHeaderNames): UserInfo | undefined {
  const all = (list: readonly string[]) =>
    list.flatMap((name) => headerValues(raw, name)).filter((text) => text !== '');
  const [name] = all(names.username);
  if (name === undefined) return undefined;
  const extra = new Map<string, string[]>();
  for (const prefix of names.extraPrefix) {
    for (const [key, value] of headersUnder(raw, prefix)) extra.set(key, [...(extra.get(key) ?? []), value]);
  }
  const groups = all(names.group);
  return {
    name,
    uid: all(names.uid)[0] ?? '',
    groups: groups.includes(systemAuthenticated) ? groups : [...groups, systemAuthenticated],
    extra: Object.fromEntries(extra),
  };
}
