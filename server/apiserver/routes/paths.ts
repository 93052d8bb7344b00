/** Everything that is not a resource: discovery, OpenAPI documents, health, version, metrics, the list of paths. */
import Router from '@koa/router';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { newMethodNotAllowed, newPathNotFound } from '../../apimachinery/errors/status-error.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { DiscoveryRoutes } from '../discovery/discovery-routes.ts';
import { answerValue, negotiateValue } from '../handlers/answer.ts';
import { endpoints } from '../negotiation/endpoint.ts';
import { send, writeAnswer } from '../negotiation/write-response.ts';
import type { OpenApiDocuments } from '../openapi/open-api-documents.ts';
import { respondOpenApi } from '../openapi/open-api-response.ts';
import type { ApiContext, RequestState } from '../request-context.ts';
import { type HealthChecks, serveHealth } from './health.ts';
import { anyPathNotFound } from './plain-not-found.ts';

export interface PathsOptions {
  readonly clock: Clock;
  readonly schemas: SchemaRegistry;
  readonly discovery: DiscoveryRoutes;
  /** Built when first asked for: documents cost memory. */
  readonly documents: () => OpenApiDocuments;
  readonly health: HealthChecks;
  readonly version: Readonly<Record<string, string>>;
  /** The Prometheus text. */
  readonly metrics: () => Promise<string> | string;
  /** Documents of the issuer of service account tokens. */
  readonly openId: (ctx: ApiContext) => Promise<void>;
  /** What flow control shows of itself; undefined: there is no such page. */
  readonly dumpFlowControl: (page: string, options: { readonly withDetails: boolean }) => string | undefined;
  /** Paths that GET / lists. */
  readonly paths: () => readonly string[];
}

export function pathDispatcher(options: PathsOptions): (ctx: ApiContext) => Promise<void> {
  const router = new Router<RequestState>();
  router.all(/^\/version(?:\/|$)/, (ctx) => serveVersion(ctx, options));
  router.all('/', async (ctx) => {
    const body = JSON.stringify({ paths: options.paths() }, null, 2);
    await writeAnswer(ctx, { status: 200, contentType: 'application/json', body });
  });
  router.all('/metrics', async (ctx) => {
    const body = await options.metrics();
    await writeAnswer(ctx, { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body });
  });
  router.all(/^\/(?:\.well-known\/openid-configuration|openid\/v1\/jwks)\/?$/, (ctx) => options.openId(ctx));
  router.all(/^\/debug\/api_priority_and_fairness\/(?:[a-z_]+)$/, (ctx) => {
    const page = ctx.state.info.path.split('/').at(-1) ?? '';
    const withDetails = (ctx.state.query?.get('includeRequestDetails') ?? '') !== '';
    const text = options.dumpFlowControl(page, { withDetails });
    if (text === undefined) anyPathNotFound(ctx);
    else plainText(ctx, text);
  });
  router.all(/^\/openapi\//, (ctx) => serveDocument(ctx, options));
  router.all(/^\/(?:livez|readyz|healthz)(?:\/|$)/, (ctx) => {
    if (!serveHealth(ctx, options.health)) anyPathNotFound(ctx);
  });
  router.all(/^\/apis?(?:\/|$)/, async (ctx) => {
    if (!(await options.discovery.serve(ctx))) anyPathNotFound(ctx);
  });
  const routes = router.routes();
  return async (ctx) => {
    await routes(ctx as Parameters<typeof routes>[0], () => {
      anyPathNotFound(ctx);
      return Promise.resolve();
    });
  };
}

function plainText(ctx: ApiContext, text: string): void {
  const body = Buffer.from(text);
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-cache, private',
    'content-length': String(body.length),
  };
  send(ctx, 200, headers, ctx.method === 'HEAD' ? undefined : body);
}

async function serveVersion(ctx: ApiContext, { schemas, version }: PathsOptions): Promise<void> {
  if (!/^\/version\/*$/.test(ctx.state.info.path)) throw newPathNotFound();
  if (ctx.method !== 'GET') throw newMethodNotAllowed();
  const { representation } = negotiateValue(ctx, { schemas }, endpoints.jsonAlone);
  // Read by people: always indented.
  const options = { representation: { ...representation, pretty: true }, schemas };
  await answerValue(ctx, options, { status: 200, value: { ...version } });
}

async function serveDocument(ctx: ApiContext, options: PathsOptions): Promise<void> {
  const answer = respondOpenApi(options.documents(), {
    path: ctx.state.info.path,
    query: ctx.state.query ?? new URLSearchParams(),
    headers: ctx.req.headers,
    now: options.clock.now(),
  });
  if (answer === undefined || (answer.status === 404 && answer.body === undefined)) {
    if (ctx.state.info.path.startsWith('/openapi/v3/'))
      send(ctx, 404, { 'content-length': '0', 'cache-control': 'no-cache, private' }, undefined);
    else anyPathNotFound(ctx);
    return;
  }
  const { 'content-type': contentType, ...headers } = answer.headers;
  if (answer.body === undefined || contentType === undefined) {
    send(ctx, answer.status, { ...headers, 'content-length': '0' }, undefined);
    return;
  }
  // The v2 document is always large enough to be compressed, HEAD included.
  const vary = ctx.state.info.path === '/openapi/v2' ? `Accept-Encoding, ${headers.vary ?? ''}` : headers.vary;
  const all: Record<string, string> = vary === undefined ? headers : { ...headers, vary };
  await writeAnswer(ctx, { status: answer.status, contentType, body: answer.body, headers: all });
}
