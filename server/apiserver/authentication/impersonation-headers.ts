/** Impersonate-User, -Uid, -Group and -Extra-…: whom a request wants to be taken for. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { HttpRequest } from './authenticator.ts';

const prefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';

/** Exactly what the headers say; undefined: they say nothing. @throws StatusError 400 for anything but a name without a name */
export function readImpersonation(request: HttpRequest): UserInfo | undefined {
  if (!isAsked(request)) return undefined;
  let name = '';
  let uid = '';
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  let isMore = false;
  const { rawHeaders } = request;
  // In the parsed headers repeated ones are joined.
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (header === 'impersonate-user') name ||= value;
    else if (header === 'impersonate-uid') uid ||= value;
    else if (header === 'impersonate-group') {
      isMore = true;
      groups.push(value);
    } else if (header.startsWith(extraPrefix)) {
      isMore = true;
      const key = unescaped(header.slice(extraPrefix.length));
      extra.set(key, [...(extra.get(key) ?? []), value]);
    }
  }
  if (name !== '') return { name, uid, groups, extra: Object.fromEntries(extra) };
  if (!isMore && uid === '') return undefined;
  throw newBadRequest(`requested ${goStruct({ uid, groups, extra })} without impersonating a user name`);
}

function isAsked(request: HttpRequest): boolean {
  for (const header in request.headers) if (header.startsWith(prefix)) return true;
  return false;
}

/** Kept as it is where it is not escaped well. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
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
