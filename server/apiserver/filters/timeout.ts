/** A request that is not long-running gets an answer within the limit: 504 if its own did not come. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { DurationError, parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import { newBadRequest, newTimeout, type StatusError } from '../../apimachinery/errors/status-error.ts';
import { abandonBody } from '../negotiation/read-body.ts';
import type { ApiContext, RequestState } from '../request-context.ts';

interface Waiting {
  readonly ctx: ApiContext;
  readonly deadline: number;
  readonly reject: (error: StatusError) => void;
}

/** How often overdue requests are looked for, in milliseconds: one timer for all of them. */
const sweepInterval = 250;

export interface RequestTimeoutOptions {
  readonly clock: Clock;
  /** Milliseconds (--request-timeout, upstream: 60 s); ?timeout= may shorten it. */
  readonly limit: number;
  /** Told of requests that are refused, before they are answered. */
  readonly onRefusal: (ctx: ApiContext) => void;
}

export function requestTimeout({ clock, limit, onRefusal }: RequestTimeoutOptions): Middleware<RequestState> {
  const waiting = new Set<Waiting>();
  let timerRuns = false;
  const sweep = () => {
    timerRuns = false;
    const now = clock.monotonic();
    for (const entry of waiting) {
      if (entry.ctx.state.longRunning) waiting.delete(entry);
      else if (entry.deadline <= now) {
        waiting.delete(entry);
        // It may be the body that has not come.
        abandonBody(entry.ctx);
        entry.reject(newTimeout('request did not complete within the allotted timeout', 0));
      }
    }
    arm();
  };
  const arm = () => {
    if (timerRuns || waiting.size === 0) return;
    timerRuns = true;
    clock.after(sweepInterval, sweep);
  };
  const deadlineOf = (ctx: ApiContext) => {
    try {
      return ctx.state.received + limitOf(ctx, limit);
    } catch (error) {
      onRefusal(ctx);
      throw error;
    }
  };
  return (ctx, next) => {
    const { promise, reject } = Promise.withResolvers<void>();
    const entry: Waiting = { ctx, deadline: deadlineOf(ctx), reject };
    waiting.add(entry);
    arm();
    const done = next().finally(() => waiting.delete(entry));
    // A late failure of a request that was already answered is nobody's concern.
    done.catch(() => undefined);
    return Promise.race([done, promise]);
  };
}

/** @throws StatusError 400 for a ?timeout= that is no duration */
function limitOf(ctx: ApiContext, limit: number): number {
  const asked = ctx.state.query?.get('timeout') ?? '';
  if (asked === '' || ctx.state.info.verb === 'watch') return limit;
  try {
    const milliseconds = parseGoDurationMilliseconds(asked);
    return milliseconds > 0 ? Math.min(limit, milliseconds) : limit;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw newBadRequest(`invalid timeout specified in the request URL - ${error.message}`);
  }
}
