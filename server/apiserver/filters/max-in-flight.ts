/** Bounds the requests under way, reads and writes apart; long-running ones do not count. */
import type { Middleware } from 'koa';
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { RequestState } from '../request-context.ts';
import { refuseTooMany } from './too-many-requests.ts';

export interface InFlightLimits {
  /** --max-requests-inflight (upstream: 400); 0: no limit. */
  readonly reads: number;
  /** --max-mutating-requests-inflight (upstream: 200); 0: no limit. */
  readonly writes: number;
}

const readVerbs = new Set(['get', 'list', 'watch', 'head', 'options']);
const retryAfterSeconds = 1;

export class InFlight {
  reads = 0;
  writes = 0;
  readonly #limits: InFlightLimits;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  kindOf({ verb }: RequestInfo): 'reads' | 'writes' {
    return readVerbs.has(verb) ? 'reads' : 'writes';
  }

  readonly filter: Middleware<RequestState> = async (ctx, next) => {
    const { info, user } = ctx.state;
    if (info.verb === 'watch' || user.groups.includes(systemMasters)) {
      await next();
      return;
    }
    const kind = this.kindOf(info);
    const limit = this.#limits[kind];
    if (limit > 0 && this[kind] >= limit) {
      refuseTooMany(ctx, retryAfterSeconds);
      return;
    }
    this[kind]++;
    try {
      await next();
    } finally {
      this[kind]--;
    }
  };
}
