/** Static tokens: --token-auth-file with lines token,user,uid[,"group1,group2"]. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { systemAuthenticated, type UserInfo } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, InvalidCredential } from './authenticator.ts';

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

/** Tokens are compared by digest, so that the time taken says nothing about them. */
export function tokenAuthenticator(tokens: readonly StaticToken[]): Authenticator {
  const byDigest = new Map(
    tokens.map(({ token, user }) => [digest(token).toString('latin1'), { digest: digest(token), user }]),
  );
  // Headers repeat: the last ones seen skip hashing.
  const remembered = new Map<string, UserInfo>();
  return {
    authenticate(request) {
      const header = request.headers.authorization;
      if (header === undefined) return undefined;
      const known = remembered.get(header);
      if (known !== undefined) return known;
      const match = /^Bearer +(\S+) *$/i.exec(header);
      if (match?.[1] === undefined) return undefined;
      const offered = digest(match[1]);
      const found = byDigest.get(offered.toString('latin1'));
      if (found === undefined || !timingSafeEqual(found.digest, offered))
        throw new InvalidCredential('invalid bearer token');
      remembered.set(header, found.user);
      return found.user;
    },
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
