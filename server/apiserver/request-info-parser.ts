/** First look at a request: which resource, verb and name its path and method mean. */
import type { RequestInfo } from '../apimachinery/request/request-info.ts';

const namespaceSubresources = new Set(['status', 'finalize']);
const verbOfMethod: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** A path that cannot be understood at all; the message is upstream's. */
export class RequestInfoError extends Error {
  override name = 'RequestInfoError';
}

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    apiPrefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
  };
}

/** A percent sign with what follows it, where that is no escape. */
export const brokenEscape = /%(?![0-9a-f]{2}).{0,2}/i;

/** Undefined: the path has a broken escape. Bytes that are no UTF-8 become U+FFFD. */
export function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    if (brokenEscape.test(path)) return undefined;
    const latin1 = path.replace(/%[0-9a-f]{2}/gi, (escape) =>
      String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
    );
    return Buffer.from(latin1, 'latin1').toString();
  }
}

/** Parameters with a broken escape or a semicolon are not there, as for Go. */
export function parseQuery(text: string): URLSearchParams {
  if (!text.includes(';') && !brokenEscape.test(text)) return new URLSearchParams(text);
  const kept = text.split('&').filter((pair) => !pair.includes(';') && !brokenEscape.test(pair));
  return new URLSearchParams(kept.join('&'));
}

function truthy(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

/** Slashes around a path do not count; those within it do, so that a segment may be empty. */
function segmentsOf(path: string): string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path.charCodeAt(start) === 0x2f) start++;
  while (end > start && path.charCodeAt(end - 1) === 0x2f) end--;
  return path.slice(start, end).split('/');
}

/**
 * `path` is decoded, `query` undefined when the URL has none. A list narrowed to one name by field selector is still a list
 * with that name. @throws RequestInfoError
 */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams | undefined): RequestInfo {
  const segments = segmentsOf(path);
  const apiPrefix = segments[0] ?? '';
  if (apiPrefix !== 'api' && apiPrefix !== 'apis') return nonResource(method, path);
  const groupSegments = apiPrefix === 'api' ? 2 : 3;
  if (segments.length <= groupSegments) return nonResource(method, path);

  const group = apiPrefix === 'api' ? '' : (segments[1] ?? '');
  const version = segments[groupSegments - 1] ?? '';
  let parts = segments.slice(groupSegments);
  let verb = verbOfMethod[method] ?? '';
  // The old forms /watch/… and /proxy/… name the verb in the path.
  if (parts[0] === 'watch' || parts[0] === 'proxy') {
    if (parts.length < 2) throw new RequestInfoError(`unable to determine kind and namespace from url, ${path}`);
    verb = parts[0];
    parts = parts.slice(1);
  }

  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] ?? '';
    // /namespaces/x and /namespaces/x/status are the namespace itself; anything longer lies inside it.
    if (parts.length > 2 && !namespaceSubresources.has(parts[2] ?? '')) parts = parts.slice(2);
  }
  const resource = parts[0] ?? '';
  let name = parts[1] ?? '';
  const subresource = verb === 'proxy' ? '' : (parts[2] ?? '');

  if (name === '' && verb === 'get') verb = truthy(query?.get('watch') ?? null) ? 'watch' : 'list';
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  if (name === '' && query !== undefined && (verb === 'list' || verb === 'watch' || verb === 'deletecollection')) {
    name = nameFromFieldSelector(query.get('fieldSelector'));
  }
  return {
    isResourceRequest: true,
    path,
    verb,
    apiPrefix,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    parts,
  };
}

function nameFromFieldSelector(selector: string | null): string {
  const match = selector === null ? null : /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(selector);
  return match?.[1] ?? '';
}
