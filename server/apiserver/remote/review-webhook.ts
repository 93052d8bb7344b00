/** A server that answers reviews: asked again while it cannot answer, its answers remembered for a while. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { asObject } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { RemoteTls } from './https-exchange.ts';
import { exchangeJson, RemoteRefusal } from './https-json.ts';
import { REMEMBERED_REVIEWS, REVIEW_ATTEMPTS, REVIEW_BACKOFF_MS } from './limits.ts';

export interface ReviewWebhookOptions {
  readonly url: string;
  readonly tls: RemoteTls;
  /** The header Authorization of now, where the other server wants one. */
  readonly authorization: () => string | undefined;
  /** Milliseconds that an answer may take. */
  readonly timeout?: number | undefined;
  /** Milliseconds before the second attempt; unset: REVIEW_BACKOFF_MS. */
  readonly backoff?: number | undefined;
  readonly clock: Clock;
}

export class ReviewWebhook {
  readonly #options: ReviewWebhookOptions;
  /** Statuses, with the monotonic milliseconds until which they count. */
  readonly #remembered = new Map<string, { readonly status: JsonObject; readonly until: number }>();

  constructor(options: ReviewWebhookOptions) {
    this.#options = options;
  }

  /** Undefined: it has to be asked. */
  remembered(key: string): JsonObject | undefined {
    const known = this.#remembered.get(key);
    return known !== undefined && known.until > this.#options.clock.monotonic() ? known.status : undefined;
  }

  remember(key: string, status: JsonObject, milliseconds: number): void {
    this.#remembered.delete(key);
    if (this.#remembered.size >= REMEMBERED_REVIEWS) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(key, { status, until: this.#options.clock.monotonic() + milliseconds });
  }

  /** The status of the answered review. @throws Error where there is none after all attempts */
  async ask(review: JsonObject): Promise<JsonObject> {
    const { url, tls, authorization, timeout, backoff = REVIEW_BACKOFF_MS, clock } = this.#options;
    for (let attempt = 1, wait = backoff; ; attempt++, wait *= 1.5) {
      try {
        const login = authorization();
        const headers: Record<string, string> = login === undefined ? {} : { authorization: login };
        const answered = await exchangeJson(url, { clock, tls, headers, timeout, body: review });
        return asObject(answered.status);
      } catch (error) {
        if (attempt >= REVIEW_ATTEMPTS || !isPassing(error)) throw error;
      }
      await new Promise<void>((resolve) => clock.after(wait, resolve));
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof RemoteRefusal) return [429, 500, 503, 504].includes(error.code);
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
