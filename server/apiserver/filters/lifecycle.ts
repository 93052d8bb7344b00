/** Counts what is under way, so that a shutdown can end watches, let requests finish, and know when all is done. */
import type { Middleware } from 'koa';
import type { RequestState } from '../request-context.ts';

export class RequestLifecycle {
  readonly #shutdown = new AbortController();
  readonly #waiting: Array<() => void> = [];
  #active = 0;

  /** Aborts when long-running requests must end. */
  get stopping(): AbortSignal {
    return this.#shutdown.signal;
  }

  get active(): number {
    return this.#active;
  }

  readonly filter: Middleware<RequestState> = async (ctx, next) => {
    this.#active++;
    ctx.state.signal = () => this.#shutdown.signal;
    // Clients on HTTP/1.1 would otherwise send their next request to a server that is leaving.
    if (this.#shutdown.signal.aborted && ctx.req.httpVersionMajor === 1) ctx.res.setHeader('connection', 'close');
    try {
      await next();
    } finally {
      this.#active--;
      if (this.#active === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  };

  endWatches(): void {
    this.#shutdown.abort();
  }

  drained(): Promise<void> {
    return this.#active === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
