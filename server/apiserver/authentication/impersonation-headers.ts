/** Impersonate-User, -Uid, -Group and -Extra-…: whom a request wants to be taken for. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { HttpRequest } from './authenticator.ts';
import { headersUnder, headerValues } from './raw-headers.ts';

const prefix = 'impersonate-';

/** Exactly what the headers say; undefined: they say nothing. @throws StatusError 400 for anything but a name without a name */
export function readImpersonation(request: HttpRequest): UserInfo | undefined {
  if (!isAsked(request)) return undefined;
  const { rawHeaders } = request;
  const [name = ''] = headerValues(rawHeaders, 'Impersonate-User');
  const [uid = ''] = headerValues(rawHeaders, 'Impersonate-Uid');
  const groups = headerValues(rawHeaders, 'Impersonate-Group');
  const extra = new Map<string, string[]>();
  for (const [key, value] of headersUnder(rawHeaders, 'Impersonate-Extra-')) {
    extra.set(key, [...(extra.get(key) ?? []), value]);
  }
  if (name !== '') return { name, uid, groups, extra: Object.fromEntries(extra) };
  if (groups.length === 0 && extra.size === 0 && uid === '') return undefined;
  throw newBadRequest(`requested ${goStruct({ uid, groups, extra })} without impersonating a user name`);
}

function isAsked(request: HttpRequest): boolean {
  for (const header in request.headers) if (header.startsWith(prefix)) return true;
  return false;
}

interface Nameless {
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/** Upstream prints the struct. */
function goStruct({ uid, groups, extra }: Nameless): string {
  const list = (values: readonly string[]) => `[]string{${values.map(goQuote).join(', ')}}`;
  const shownGroups = groups.length === 0 ? '[]string(nil)' : list(groups);
  const entries = [...extra]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => `${goQuote(key)}:${list(values)}`);
  const shownExtra = `map[string][]string${entries.length === 0 ? '(nil)' : `{${entries.join(', ')}}`}`;
  return `&user.DefaultInfo{Name:"", UID:${goQuote(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`;
}
