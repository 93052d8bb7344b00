/** Counts and times requests under upstream's metric names. */
import type { Middleware } from 'koa';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { RequestState } from '../request-context.ts';
import type { RequestMetrics } from '../metrics/request-metrics.ts';

export function requestMetrics({
  clock,
  metrics,
}: {
  clock: Clock;
  metrics: RequestMetrics;
}): Middleware<RequestState> {
  return async (ctx, next) => {
    await next();
    const { info, received, longRunning } = ctx.state;
    const seconds = (clock.monotonic() - received) / 1000;
    metrics.observe(info, { code: ctx.res.statusCode, seconds, longRunning });
  };
}
