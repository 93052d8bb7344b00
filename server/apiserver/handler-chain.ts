/** The way of a request: the filters in the order in which they run, each with its reason, and the dispatch at their end. */
import Koa, { type Middleware } from 'koa';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Re2 } from '../apimachinery/regex/re2.ts';
import type { SchemaRegistry } from '../apimachinery/schema/schema-registry.ts';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import { auditFilters } from './filters/audit.ts';
import { authentication } from './filters/authentication.ts';
import { authorization } from './filters/authorization.ts';
import { crossOrigin } from './filters/cross-origin.ts';
import { impersonation } from './filters/impersonation.ts';
import type { RequestLifecycle } from './filters/lifecycle.ts';
import { requestMetrics } from './filters/metrics.ts';
import { requestInfo } from './filters/request-info.ts';
import { statusErrors } from './filters/status-errors.ts';
import { requestTimeout } from './filters/timeout.ts';
import { untilStarted } from './filters/until-started.ts';
import { wellFormedPath } from './filters/well-formed-path.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import type { ApiContext, RequestState } from './request-context.ts';

export interface HandlerChainParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly schemas: SchemaRegistry;
  readonly lifecycle: RequestLifecycle;
  /** Who is served when: by their flows, or all alike up to a limit. */
  readonly flowControl: Middleware<RequestState>;
  readonly metrics: RequestMetrics;
  /** Undefined: no request leaves a trail. */
  readonly audit: AuditTrail | undefined;
  readonly authenticator: Authenticator;
  readonly allowsAnonymous: (path: string) => boolean;
  readonly authorizer: Authorizer;
  /** Resolves when the server knows what is stored; also when it stops before. */
  readonly started: Promise<void>;
  /** Of pages that may read answers; empty: none. */
  readonly allowedOrigins: readonly Re2[];
  /** Milliseconds. */
  readonly requestTimeout: number;
  readonly onInternalError: (error: unknown, what: string) => void;
  readonly dispatchResource: (ctx: ApiContext) => Promise<void>;
  /** Everything that is not a resource: discovery, documents, health. */
  readonly dispatchPath: (ctx: ApiContext) => Promise<void>;
  /** Undefined: the path is served here; else an extension server has it. */
  readonly elsewhere: (path: string) => ((ctx: ApiContext) => Promise<void>) | undefined;
}

export function buildHandlerChain(parts: HandlerChainParts): Koa<RequestState> {
  const { clock, random, schemas } = parts;
  const app = new Koa<RequestState>();
  // Koa's own reporting is never reached by requests; what arrives here is a broken connection.
  app.silent = true;
  const audit = parts.audit === undefined ? undefined : auditFilters(parts.audit);
  const onRefusal = audit?.refuse ?? (() => undefined);
  const chain = [
    requestInfo({ clock, random }), //           first: errors are worded by what was asked
    requestMetrics({ clock, metrics: parts.metrics }), // sees the final status, errors included
    ...(audit === undefined ? [] : [audit.end]), //  the trail ends with an answer, refusals included
    statusErrors({ schemas, onInternalError: parts.onInternalError }), // whatever goes wrong below leaves as a Status
    wellFormedPath, //                           before anyone acts on what it might mean
    parts.lifecycle.filter, //                   a shutdown waits for what has come this far
    requestTimeout({ clock, limit: parts.requestTimeout, onRefusal }), // covers the body's arrival too
    untilStarted(parts.started), //              who may do what is read from what is stored, too
    ...(parts.allowedOrigins.length === 0 ? [] : [crossOrigin(parts.allowedOrigins)]), // browsers ask without credentials
    authentication({
      clock,
      authenticator: parts.authenticator,
      allowsAnonymous: parts.allowsAnonymous,
      onRefusal,
    }),
    ...(audit === undefined ? [] : [audit.begin]), // above impersonation: it sees both users
    impersonation(parts.authorizer), //          everything below sees the impersonated user
    parts.flowControl, //                        after authentication: whose a request is decides when it is served
    authorization(parts.authorizer, clock), //   before anything is read or decoded
    (ctx: ApiContext) => {
      const elsewhere = parts.elsewhere(ctx.state.info.path);
      if (elsewhere !== undefined) return elsewhere(ctx);
      return ctx.state.info.isResourceRequest ? parts.dispatchResource(ctx) : parts.dispatchPath(ctx);
    },
  ];
  for (const filter of chain) app.use(filter);
  return app;
}
