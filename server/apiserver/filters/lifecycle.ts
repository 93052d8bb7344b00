/** Counts what is under way, so that a shutdown can end watches, let requests finish, and know when all is done. */
import type { Middleware } from 'koa';
import type { RequestState } from '../request-context.ts';

export class RequestLifecycle {
  /** Of the requests that asked for a signal. One for all would keep everything that ever listened to it. */
  readonly #longRunning = new Set<AbortController>();
  readonly #waiting: Array<() => void> = [];
  #stopping = false;
  #active = 0;

  get active(): number {
    return this.#active;
  }

  readonly filter: Middleware<RequestState> = async (ctx, next) => {
    this.#active++;
    let controller: AbortController | undefined;
    ctx.state.signal = () => {
      if (controller !== undefined) return controller.signal;
      const made = new AbortController();
      controller = made;
      if (this.#stopping) made.abort();
      else {
        this.#longRunning.add(made);
        ctx.res.once('close', () => made.abort());
      }
      return made.signal;
    };
    // Clients on HTTP/1.1 would otherwise send their next request to a server that is leaving.
    if (this.#stopping && ctx.req.httpVersionMajor === 1) ctx.res.setHeader('connection', 'close');
    try {
      await next();
    } finally {
      if (controller !== undefined) this.#longRunning.delete(controller);
      this.#active--;
      if (this.#active === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  };

  /** Long-running requests end now, and those to come at once. */
  endWatches(): void {
    this.#stopping = true;
    for (const controller of this.#longRunning) controller.abort();
  }

  drained(): Promise<void> {
    return this.#active === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
