/** The continue token of a paginated list: the revision that all pages show, and the key after which the next one starts. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject } from '../../apimachinery/json.ts';

/** Upstream's format, so that tokens look alike; clients must treat them as opaque. */
const tokenVersion = 'meta.k8s.io/v1';
/** The revision of a token that continues an expired list on the newest state. */
export const inconsistentRevision = -1;

export interface ContinueToken {
  readonly revision: number;
  /** Full key of the last object of the page. */
  readonly after: string;
}

export function encodeContinueToken(token: ContinueToken, keyPrefix: string): string {
  const start = `${token.after.slice(keyPrefix.length)}\0`;
  return Buffer.from(JSON.stringify({ v: tokenVersion, rv: token.revision, start })).toString('base64url');
}

/** @throws StatusError 400 for anything that this server would not have made. */
export function decodeContinueToken(text: string, keyPrefix: string): ContinueToken {
  const token = parseToken(text);
  const { v, rv, start } = token;
  if (v !== tokenVersion) throw invalidToken(`server does not recognize this encoded version ${JSON.stringify(v ?? '')}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') throw invalidToken('encoded start key empty (version meta.k8s.io/v1)');
  // A key that leaves its prefix would show what the request may not see.
  if (start.split('/').some((part) => part === '..' || part === '.')) throw invalidToken(`encoded start key ${JSON.stringify(start)}`);
  const key = start.startsWith('/') ? start.slice(1) : start;
  return { revision: rv, after: keyPrefix + (key.endsWith('\0') ? key.slice(0, -1) : key) };
}

function parseToken(text: string): Record<string, unknown> {
  const decoded = Buffer.from(text, 'base64url').toString();
  let value: unknown;
  try {
    value = JSON.parse(decoded);
  } catch {
    throw invalidToken(`invalid character ${JSON.stringify(decoded.slice(0, 1)).replaceAll('"', "'")} looking for beginning of value`);
  }
  if (!isJsonObject(value)) throw invalidToken('json: cannot unmarshal into Go value of type storage.continueToken');
  return value;
}

function invalidToken(detail: string): Error {
  return newBadRequest(`invalid continue token: continue key is not valid: ${detail}`);
}
