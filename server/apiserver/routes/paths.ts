/** Everything that is not a resource: discovery, OpenAPI documents, health, version, metrics, the list of paths. */
import Router from '@koa/router';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { DiscoveryRoutes } from '../discovery/discovery-routes.ts';
import { answerValue, negotiateValue } from '../handlers/answer.ts';
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
  /** Paths that GET / lists. */
  readonly paths: () => readonly string[];
}

export function pathDispatcher(options: PathsOptions): (ctx: ApiContext) => Promise<void> {
  const { schemas } = options;
  const value = (ctx: ApiContext, answer: { readonly [key: string]: string | string[] }) =>
    answerValue(ctx, negotiateValue(ctx, { schemas }), { status: 200, value: { ...answer } });
  const router = new Router<RequestState>();
  router.get(['/version', '/version/'], (ctx) => value(ctx, options.version));
  router.get('/', (ctx) => value(ctx, { paths: [...options.paths()] }));
  router.get('/metrics', async (ctx) => {
    const body = await options.metrics();
    await writeAnswer(ctx, { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body });
  });
  router.get(/^\/openapi\//, (ctx) => serveDocument(ctx, options));
  router.get(/^\/(?:livez|readyz|healthz)(?:\/|$)/, (ctx) => {
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

async function serveDocument(ctx: ApiContext, options: PathsOptions): Promise<void> {
  const answer = respondOpenApi(options.documents(), {
    path: ctx.state.info.path,
    query: ctx.state.query ?? new URLSearchParams(),
    headers: ctx.req.headers,
    now: options.clock.now(),
  });
  if (answer === undefined || (answer.status === 404 && answer.body === undefined)) {
    anyPathNotFound(ctx);
    return;
  }
  const { 'content-type': contentType, ...headers } = answer.headers;
  if (answer.body === undefined || contentType === undefined) {
    send(ctx, answer.status, { ...headers, 'content-length': '0' }, undefined);
    return;
  }
  await writeAnswer(ctx, { status: answer.status, contentType, body: answer.body, headers });
}
