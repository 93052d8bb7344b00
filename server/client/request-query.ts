/** The query of a request. */
import type { Query } from './client.ts';

/** '' or "?a=b&c=d". */
export function queryOf(query: Query = {}): string {
  let text = '';
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return text;
}
