/** Which headers pass from a client to the server behind, and back. */
import type { Socket } from 'node:net';
import type { ApiContext } from '../request-context.ts';
import type { ProxyTarget } from './proxy-target.ts';

/** They are about one connection. Source: RFC 9110, section 7.6.1, and what Go's ReverseProxy drops beside. */
const ofOneConnection = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** What a client has shown to this server is nobody else's, and who it is only this server says. */
const ofTheCaller = /^(?:authorization|impersonate-.*|x-remote-.*)$/;

type Header = readonly [name: string, value: string];

/** Of the request, for the target. Name and value in turn. */
export function requestHeaders(ctx: ApiContext, target: ProxyTarget): string[] {
  const { req } = ctx;
  const own = Object.entries(target.headers ?? {});
  const replaced = new Set(own.map(([name]) => name.toLowerCase()));
  const dropped = namesIn(req.headers.connection);
  const kept = pairsOf(req.rawHeaders).filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(':') || ofOneConnection.has(lower) || dropped.has(lower) || replaced.has(lower)) return false;
    return !ofTheCaller.test(lower) && !['host', 'x-forwarded-for', 'expect'].includes(lower);
  });
  // Clients in this process have no connection.
  const client = (req.socket as Socket | undefined)?.remoteAddress ?? '';
  const passed = [req.headers['x-forwarded-for'] ?? []].flat().concat(client === '' ? [] : [client]);
  const host = target.hostHeader ?? req.headers.host ?? String(req.headers[':authority'] ?? '');
  const shown: Header[] = target.shownUnder === undefined ? [] : shownHeaders(ctx, target, host);
  const replacing = new Set(shown.map(([name]) => name.toLowerCase()));
  return [
    ['Host', host] as const,
    ...kept.filter(([name]) => !replacing.has(name.toLowerCase())),
    ['X-Forwarded-For', passed.join(', ')] as const,
    ...shown,
    ...own.flatMap(([name, values]) => [values].flat().map((value) => [name, String(value)] as const)),
  ].flat();
}

/** By which address the client sees what it asks for. */
function shownHeaders({ req }: ApiContext, { path, shownUnder = '' }: ProxyTarget, host: string): Header[] {
  const [below = ''] = path.split('?', 1);
  return [
    ['X-Forwarded-Uri', shownUnder + below],
    ['X-Forwarded-Host', req.headers.host ?? host],
    ['X-Forwarded-Proto', 'https'],
  ];
}

/** Of the answer, for the client: names in small letters, as HTTP/2 has them. */
export function answerHeaders(rawHeaders: readonly string[], target: ProxyTarget): Record<string, string | string[]> {
  const pairs = pairsOf(rawHeaders);
  const dropped = namesIn(pairs.find(([name]) => name.toLowerCase() === 'connection')?.[1]);
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (ofOneConnection.has(lower) || dropped.has(lower)) continue;
    const shown = lower === 'location' && target.shownUnder !== undefined ? movedLocation(value, target) : value;
    const present = headers[lower];
    headers[lower] = present === undefined ? shown : [present, shown].flat();
  }
  return headers;
}

/** A redirection within the other server stays within it; one that leads elsewhere is left as it is. */
function movedLocation(location: string, { address, tls, path, shownUnder = '' }: ProxyTarget): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const own = `${tls === undefined ? 'http' : 'https'}://${host}:${address.port}`;
  const base = URL.parse(path, own);
  const url = base === null ? null : URL.parse(location, base.href);
  if (base === null || url === null || url.origin !== base.origin) return location;
  return `${shownUnder}${url.pathname}${url.search}${url.hash}`;
}

function pairsOf(rawHeaders: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    pairs.push([rawHeaders[at] as string, rawHeaders[at + 1] as string]);
  }
  return pairs;
}

function namesIn(list: string | undefined): Set<string> {
  return new Set((list ?? '').split(',').map((name) => name.trim().toLowerCase()));
}
