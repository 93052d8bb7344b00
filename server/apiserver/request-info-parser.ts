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

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function truthy(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

/** `query` is undefined when the URL has none. A list narrowed to one name by field selector is still a list with that name. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams | undefined): RequestInfo {
  const segments = path.split('/').filter((segment) => segment !== '');
  const apiPrefix = segments[0] ?? '';
  if (apiPrefix !== 'api' && apiPrefix !== 'apis') return nonResource(method, path);
  const groupSegments = apiPrefix === 'api' ? 2 : 3;
  if (segments.length <= groupSegments) return nonResource(method, path);

  const group = apiPrefix === 'api' ? '' : decodeSegment(segments[1] ?? '');
  const version = decodeSegment(segments[groupSegments - 1] ?? '');
  let parts = segments.slice(groupSegments).map(decodeSegment);
  let verb = verbOfMethod[method] ?? '';
  // The old forms /watch/… and /proxy/… name the verb in the path.
  if (parts[0] === 'watch' || parts[0] === 'proxy') {
    if (parts.length < 2) return nonResource(method, path);
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
  const subresource = parts[2] ?? '';

  if (name === '' && verb === 'get') verb = truthy(query?.get('watch') ?? null) ? 'watch' : 'list';
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  if (name === '' && query !== undefined && (verb === 'list' || verb === 'watch' || verb === 'deletecollection')) {
    name = nameFromFieldSelector(query.get('fieldSelector'));
  }
  return { isResourceRequest: true, path, verb, apiPrefix, group, version, namespace, resource, subresource, name, parts };
}

function nameFromFieldSelector(selector: string | null): string {
  const match = selector === null ? null : /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(selector);
  return match?.[1] ?? '';
}
