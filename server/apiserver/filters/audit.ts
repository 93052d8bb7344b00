/** The audit trail of a request: begun once its sender is known, ended when its answer has left. */
import type { Socket } from 'node:net';
import type { Middleware } from 'koa';
import { formatGoDuration } from '../../apimachinery/duration/go-duration.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { AuditContext } from '../audit/audit-context.ts';
import { AuditedRequest } from '../audit/audited-request.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import { sourceIps } from '../audit/source-ips.ts';
import { addAuditAnnotation, type ApiContext, type RequestState } from '../request-context.ts';
import { internalError } from './internal-error.ts';

export interface AuditFilters {
  /** Above all that may write an answer. */
  readonly end: Middleware<RequestState>;
  /** Below authentication. */
  readonly begin: Middleware<RequestState>;
  /** In place of `begin`, for requests that are refused before it is known whose they are. */
  readonly refuse: (ctx: ApiContext) => void;
}

export function auditFilters(trail: AuditTrail): AuditFilters {
  return {
    async end(ctx, next) {
      await next();
      const { audit, panic } = ctx.state;
      if (audit === undefined) return;
      // Above this filter the answer is whole, though its last bytes may still be on their way.
      ctx.state.audit = undefined;
      if (panic !== undefined) {
        audit.panic(panic);
        return;
      }
      const total = trail.clock.monotonic() - ctx.state.received;
      if (total > slow) annotateLatencies(ctx, total);
      audit.complete(ctx.res.statusCode);
    },

    begin(ctx, next) {
      const audit = newAuditContext(trail, ctx, ctx.state.user);
      ctx.state.audit = audit;
      const goOn = (isKept: boolean) => {
        if (isKept) return next();
        trail.metrics.rejected++;
        ctx.state.audit = undefined;
        throw internalError(ctx, 'failed to store audit event');
      };
      const kept = audit?.receive() ?? true;
      return typeof kept === 'boolean' ? goOn(kept) : kept.then(goOn);
    },

    refuse(ctx) {
      const audit = newAuditContext(trail, ctx, undefined);
      if (audit === undefined) return;
      ctx.state.audit = audit;
      audit.refuse();
    },
  };
}

/** Milliseconds from which the trail says what a request has waited for. Source: upstream. */
const slow = 500;

function annotateLatencies(ctx: ApiContext, total: number): void {
  const add = (layer: string, milliseconds: number) => {
    const duration = formatGoDuration(BigInt(Math.round(milliseconds * 1e6)));
    addAuditAnnotation(ctx, `apiserver.latency.k8s.io/${layer}`, duration);
  };
  for (const [layer, milliseconds] of ctx.state.latencies ?? []) add(layer, milliseconds);
  add('total', total);
}

const maxUserAgentLength = 1024;

/** Undefined: nothing of this request is kept. */
function newAuditContext(trail: AuditTrail, ctx: ApiContext, user: UserInfo | undefined): AuditContext | undefined {
  const { info, auditId, received } = ctx.state;
  const choice = trail.policy(info, user);
  trail.metrics.countLevel(choice.level);
  if (choice.level === 'None') return undefined;
  const { headers, socket } = ctx.req;
  const agent = headers['user-agent'] ?? '';
  return new AuditContext({
    trail,
    choice,
    info,
    annotations: () => ctx.state.auditAnnotations,
    request: new AuditedRequest({
      level: choice.level,
      auditId,
      uri: (ctx.req.url ?? '/').replace(/^https?:\/\/[^/?]*/, ''),
      verb: info.verb,
      user,
      // What this process asks of itself comes without a socket.
      sourceIps: sourceIps(headers, (socket as Socket | undefined)?.remoteAddress ?? '127.0.0.1'),
      userAgent: agent.length > maxUserAgentLength ? `${agent.slice(0, maxUserAgentLength)}...TRUNCATED` : agent,
      received: trail.clock.now() - (trail.clock.monotonic() - received),
    }),
  });
}
