/** WATCH: where the stream starts, its encoder, and the sink that hands shared buffers to the connection. */
import type { ServerResponse } from 'node:http';
import { newBadRequest, newResourceExpired, type StatusError } from '../../apimachinery/errors/status-error.ts';
import { Expired, type EventSink, type ResourceCache, type WatchRequest } from '../cacher/interface.ts';
import { endpoints } from '../negotiation/endpoint.ts';
import { streamContentTypeOf } from '../negotiation/media-types.ts';
import { warningHeaders } from '../negotiation/warning-headers.ts';
import { writeHead } from '../negotiation/write-response.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { toStatusError } from '../storage/storage-status.ts';
import type { ApiContext } from '../request-context.ts';
import { negotiateFor } from './answer.ts';
import { newEventEncoder, type WatchEncoder } from './event-encoder.ts';
import type { HandlerEnvironment } from './handler-environment.ts';
import { waitForFreshness } from './read-freshness.ts';
import type { ListQuery } from './request-options.ts';
import { parseSelection } from './selection.ts';

export async function serveWatch(
  ctx: ApiContext,
  scope: ResourceScope,
  environment: HandlerEnvironment,
  query: ListQuery,
): Promise<void> {
  const { watches, untypedWatches } = endpoints;
  const options = negotiateFor(ctx, environment, scope.untyped === undefined ? watches : untypedWatches);
  const selector = parseSelection(query.labelSelector, fieldSelectorOf(ctx, query), scope.definition);
  const { clock, schemas } = environment;
  const { representation, includeObject } = options;
  const encoder = newEventEncoder(scope, {
    representation: { ...representation, pretty: false },
    includeObject,
    schemas,
    clock,
  });
  ctx.state.longRunning = true;
  let from: WatchRequest['from'] | undefined;
  let refusal: StatusError | undefined;
  try {
    from = await startOf(query, scope.cache);
  } catch (error) {
    // The stream is open for the client before the state that it waits for: a refusal comes as its first event.
    refusal = toStatusError(error, undefined);
  }

  const stream = new WatchStream(ctx, encoder);
  const seconds = query.timeoutSeconds || environment.minRequestTimeoutSeconds * (1 + environment.random.fraction());
  const signal = ctx.state.signal();
  const cancelTimeout = clock.after(seconds * 1000, () => stream.end('closed'));
  const { namespace } = ctx.state.info;
  stream.open(streamContentTypeOf(representation), ctx.state.warnings);
  try {
    if (from === undefined) throw refusal ?? new TypeError('a watch starts somewhere');
    scope.cache.watch({
      ...(scope.definition.namespaced && namespace !== '' ? { namespace } : {}),
      ...(selector === undefined ? {} : { selector }),
      from,
      sendInitialEventsBookmark: query.sendInitialEvents === true && query.allowWatchBookmarks,
      bookmarks: query.allowWatchBookmarks,
      encoder,
      sink: stream,
      signal: AbortSignal.any([signal, stream.closed]),
    });
  } catch (error) {
    const status = error instanceof Expired ? newResourceExpired(error.message).status : refusal?.status;
    if (status === undefined) throw error;
    stream.write(encoder.encodeError(status));
    stream.end('closed');
  }
  await stream.done;
  cancelTimeout();
}

/** The old path of a watch may name one object. */
function fieldSelectorOf(ctx: ApiContext, { fieldSelector }: ListQuery): string {
  const { parts, name } = ctx.state.info;
  if (parts.length < 2) return fieldSelector;
  const wanted = `metadata.name=${name.replace(/[\\,=]/g, '\\$&')}`;
  if (fieldSelector === '' || fieldSelector === wanted) return wanted;
  throw newBadRequest("fieldSelector metadata.name doesn't match requested name");
}

async function startOf(query: ListQuery, cache: ResourceCache): Promise<WatchRequest['from']> {
  const { resourceVersion, sendInitialEvents } = query;
  if (sendInitialEvents === true) {
    await waitForFreshness(cache, resourceVersion);
    return 'current';
  }
  if (resourceVersion !== undefined && resourceVersion > 0) {
    // A watch from a later revision waits for it on its own; here it waits for the cache to be there at all.
    await cache.waitUntilFresh(0);
    return { after: resourceVersion };
  }
  await waitForFreshness(cache, resourceVersion);
  return { after: cache.revision };
}

/** An answer within this process takes buffers as they are. */
type AnswerInProcess = { readonly writeEach?: (chunks: readonly Buffer[]) => void };

class WatchStream implements EventSink {
  readonly done: Promise<void>;
  readonly writeEach: EventSink['writeEach'];
  /** Node's HTTP/2 answers have the same methods. */
  readonly #res: ServerResponse;
  readonly #encoder: WatchEncoder;
  readonly #controller = new AbortController();
  readonly #ctx: ApiContext;
  #over = false;

  constructor(ctx: ApiContext, encoder: WatchEncoder) {
    this.#ctx = ctx;
    this.#res = ctx.res;
    this.#encoder = encoder;
    const answer: AnswerInProcess = ctx.res as AnswerInProcess;
    if (answer.writeEach !== undefined) {
      this.writeEach = (frames) => {
        if (!this.#over) answer.writeEach?.(frames);
      };
    }
    this.done = new Promise((resolve) => {
      if (this.#res.destroyed) resolve();
      this.#res.once('close', () => {
        this.#stop();
        resolve();
      });
    });
    if (this.#res.destroyed) this.#stop();
    ctx.state.signal().addEventListener('abort', () => this.end('closed'), { once: true });
  }

  get closed(): AbortSignal {
    return this.#controller.signal;
  }

  get pending(): number {
    return this.#res.writableLength;
  }

  open(contentType: string, warnings: readonly string[]): void {
    this.#ctx.respond = false;
    if (this.#res.destroyed) return;
    const headers: Record<string, string | string[]> = {
      'content-type': contentType,
      'cache-control': 'no-cache, private',
    };
    if (warnings.length > 0) headers.warning = warningHeaders(warnings);
    writeHead(this.#ctx, 200, headers);
    // An idle watch must show that it is open: clients wait for the headers.
    this.#res.flushHeaders();
  }

  write(frames: Buffer): void {
    if (!this.#over) this.#res.write(frames);
  }

  end(reason: 'expired' | 'closed'): void {
    if (this.#over) return;
    if (reason === 'expired')
      this.write(this.#encoder.encodeError(newResourceExpired('too old resource version').status));
    this.#stop();
    this.#res.end();
  }

  #stop(): void {
    this.#over = true;
    this.#controller.abort();
  }
}
