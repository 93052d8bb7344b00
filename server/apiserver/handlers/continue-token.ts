/** The continue token of a paginated list: the revision that all pages show, and the key after which the next one starts. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import { parseJson } from '../../apimachinery/schema/decode-json.ts';

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
  const { v, rv, start } = parseToken(text);
  if (v !== tokenVersion)
    throw invalidToken(`server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) {
    throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '') throw invalidToken('encoded start key empty (version meta.k8s.io/v1)');
  // A key that leaves its prefix would show what the request may not see.
  const key = start.startsWith('/') ? start.slice(1) : start;
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) throw invalidToken(start);
  return { revision: rv, after: keyPrefix + (key.endsWith('\0') ? key.slice(0, -1) : key) };
}

function parseToken(text: string): JsonObject {
  const illegal = /[^\w-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length : undefined);
  if (illegal !== undefined) throw invalidToken(`illegal base64 data at input byte ${illegal}`);
  let value: JsonValue;
  try {
    ({ value } = parseJson(Buffer.from(text, 'base64url')));
  } catch (error) {
    if (error instanceof DecodeError) throw invalidToken(error.message);
    throw error;
  }
  if (value === null) return {};
  if (!isJsonObject(value)) {
    throw invalidToken(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type storage.continueToken`);
  }
  return value;
}

function invalidToken(detail: string): Error {
  return newBadRequest(`invalid continue token: continue key is not valid: ${detail}`);
}
