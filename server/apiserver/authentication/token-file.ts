/** Static tokens: --token-auth-file with lines token,user,uid[,"group1,group2"]. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import type { AuthenticatedToken, TokenAuthenticator } from './token-authenticator.ts';

export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** @throws Error naming the line that is wrong. */
export function parseTokenFile(text: string): StaticToken[] {
  const tokens: StaticToken[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const [token = '', name = '', uid = '', groups = ''] = splitCsv(line);
    if (token === '' || name === '') {
      throw new Error(`token file line ${index + 1}: expected token,user,uid and optional "group1,group2"`);
    }
    const named = groups
      .split(',')
      .map((group) => group.trim())
      .filter((group) => group !== '');
    tokens.push({ token, user: { name, uid, groups: [...named, systemAuthenticated], extra: {} } });
  });
  return tokens;
}

function splitCsv(line: string): string[] {
  const fields: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/gy;
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line);
    if (match === null) break;
    fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
  }
  return fields;
}

export interface StaticTokenOptions {
  /** A static token is for whoever this server is. */
  readonly apiAudiences: readonly string[];
}

/** Tokens are compared by digest, so that the time taken says nothing about them. */
export function staticTokenAuthenticator(
  tokens: readonly StaticToken[],
  { apiAudiences }: StaticTokenOptions,
): TokenAuthenticator {
  const byDigest = new Map(
    tokens.map(({ token, user }) => [digest(token).toString('latin1'), { digest: digest(token), user }]),
  );
  // Tokens repeat: those seen skip hashing.
  const remembered = new Map<string, AuthenticatedToken>();
  return {
    authenticateToken(token, audiences) {
      const known = audiences === apiAudiences ? remembered.get(token) : undefined;
      if (known !== undefined) return known;
      const offered = digest(token);
      const found = byDigest.get(offered.toString('latin1'));
      if (found === undefined || !timingSafeEqual(found.digest, offered)) return undefined;
      const shared = audiences.filter((audience) => apiAudiences.includes(audience));
      if (shared.length === 0) return undefined;
      const authenticated = { user: found.user, audiences: shared };
      if (audiences === apiAudiences) remembered.set(token, authenticated);
      return authenticated;
    },
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
