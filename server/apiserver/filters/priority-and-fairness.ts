/** A request waits for its seats among those of its flow, or is refused: 429. */
import type { Middleware } from 'koa';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { FlowControl } from '../flow-control/flow-control.ts';
import { Stay } from '../flow-control/stay.ts';
import { addLatency, type ApiContext, queryValue, type RequestState } from '../request-context.ts';
import type { InFlight } from './max-in-flight.ts';
import { refuseTooMany } from './too-many-requests.ts';

export interface PriorityAndFairnessOptions {
  readonly flowControl: FlowControl;
  /** Counts what is under way. */
  readonly inFlight: InFlight;
  /** How many objects a list could show. */
  readonly objectsIn: (info: RequestInfo) => number;
}

/** Objects of a list that take one seat, and the most that a list takes. Source: upstream's estimator. */
const objectsPerSeat = 100;
const maxSeats = 10;
/** Connections that last as long as their clients want. */
const longRunning = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

export function priorityAndFairness(options: PriorityAndFairnessOptions): Middleware<RequestState> {
  const { flowControl, inFlight } = options;
  return async (ctx, next) => {
    const { info, user } = ctx.state;
    const flow = isLongRunning(info) ? undefined : flowControl.classify(user, info);
    if (flow === undefined) {
      await next();
      return;
    }
    ctx.res.setHeader('x-kubernetes-pf-flowschema-uid', flow.schema.uid);
    ctx.res.setHeader('x-kubernetes-pf-prioritylevel-uid', flow.level.uid);
    const width = info.verb === 'list' ? listWidth(ctx, options) : 1;
    const stay = new Stay(flow, { user, info, width, signal: ctx.state.signal });
    const entered = flowControl.enter(stay);
    const outcome = entered instanceof Promise ? await entered : entered;
    if (outcome !== true) {
      refuseTooMany(ctx, flowControl.retryAfter(flow));
      return;
    }
    if (entered !== true) addLatency(ctx, 'apf-queue-wait', stay.waited);
    const kind = inFlight.kindOf(info);
    inFlight[kind]++;
    let isSeated = true;
    const leave = () => {
      if (!isSeated) return;
      isSeated = false;
      inFlight[kind]--;
      flowControl.leave(stay);
    };
    // A watch needs its seat until it has begun.
    if (info.verb === 'watch') ctx.state.onHead = leave;
    try {
      await next();
    } finally {
      leave();
    }
  };
}

function isLongRunning({ verb, subresource }: RequestInfo): boolean {
  return verb === 'proxy' || longRunning.has(subresource);
}

function listWidth(ctx: ApiContext, { objectsIn }: PriorityAndFairnessOptions): number {
  const { info } = ctx.state;
  const limit = Number(queryValue(ctx, 'limit') ?? 0);
  const objects = objectsIn(info);
  const shown = info.name !== '' ? 1 : limit > 0 ? Math.min(limit, objects) : objects;
  return Math.min(maxSeats, Math.max(1, Math.ceil(shown / objectsPerSeat)));
}
