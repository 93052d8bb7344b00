/** Calls webhooks as objects of the API name them: by URL, or by a service of the cluster, with the authorities that vouch for them. */
import { Agent } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { parseStored } from '../cacher/parse-object.ts';
import { exchange, type RemoteAnswer, type RemoteTls } from './https-exchange.ts';
import { WEBHOOK_ANSWER_BYTES, WEBHOOK_IDLE_MS, WEBHOOK_REDIRECTS, WEBHOOK_RETRIES } from './limits.ts';
import { deadlineExceeded } from './network-error.ts';
import { refusalOf } from './server-response.ts';
import type { RemoteAddress, ServiceReference, ServiceResolver } from './service-resolver.ts';

/** From a clientConfig; a service's port and path have their defaults. */
export interface WebhookTarget {
  readonly url: string;
  readonly service: ServiceReference | undefined;
  readonly tls: RemoteTls;
}

export interface CallOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Appended to the URL. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** @param config url or service, and caBundle in base64, as webhooks of admission and of conversion have them */
export function webhookTarget(config: JsonObject): WebhookTarget {
  const bundle = Buffer.from(asText(config.caBundle), 'base64').toString();
  const authority = bundle.trim() === '' ? {} : { authority: bundle };
  if (!isSet(config.service)) return { url: withPath(asText(config.url)), service: undefined, tls: authority };
  const { name, namespace, port, path } = asObject(config.service);
  const service = { name: asText(name), namespace: asText(namespace), port: asNumber(port) || HTTPS_PORT };
  const serverName = `${service.name}.${service.namespace}.svc`;
  const below = asText(path);
  const url = `https://${serverName}:${service.port}${below.startsWith('/') ? '' : '/'}${below}`;
  return { url, service, tls: { ...authority, serverName } };
}

const HTTPS_PORT = 443;

function withPath(url: string): string {
  return /^[^:]+:\/\/[^/]*$/.test(url) ? `${url}/` : url;
}

export class WebhookClients {
  readonly #clock: Clock;
  readonly #resolve: ServiceResolver;
  /** Keeps connections to all of them, apart by address, name and authorities. */
  readonly #agent = new Agent({ keepAlive: true, timeout: WEBHOOK_IDLE_MS });

  constructor({ clock, resolve }: { clock: Clock; resolve: ServiceResolver }) {
    this.#clock = clock;
    this.#resolve = resolve;
  }

  /** Connections that nobody uses are closed. */
  stop(): void {
    this.#agent.destroy();
  }

  /** The answer, any JSON object. @throws Error in client-go's words: no answer, none that is a success, or none that can be read */
  async post(target: WebhookTarget, body: Buffer, options: CallOptions): Promise<JsonObject> {
    const answer = await this.call(target, body, options);
    const contentType = answer.headers['content-type'];
    const refusal = refusalOf(answer.code, contentType, answer.body);
    if (refusal !== undefined) throw new Error(refusal);
    if (answer.body.length === 0) {
      throw new Error(`0-length response with status code: ${answer.code} and content type: ${contentType ?? ''}`);
    }
    return parseAnswer(answer.body);
  }

  /**
   * The answer as it came. One that asks for a pause (Retry-After) or leads to another path of the same server is followed, as
   * long as there is time.
   * @throws Error in client-go's words where there is none
   */
  async call({ url, service, tls }: WebhookTarget, body: Buffer, options: CallOptions): Promise<RemoteAnswer> {
    const { timeout, query, headers, signal } = options;
    const deadline = this.#clock.monotonic() + timeout;
    const asked = withQuery(url, query ?? {});
    const address = service === undefined ? undefined : this.#addressOf(asked, service);
    let next: { url: string; body: Buffer | undefined } = { url: asked, body };
    for (let redirects = 0, retries = 0; ; ) {
      const answer = await exchange(next.url, {
        clock: this.#clock,
        tls,
        body: next.body,
        timeout: Math.max(0, deadline - this.#clock.monotonic()),
        maxBytes: WEBHOOK_ANSWER_BYTES,
        address,
        agent: this.#agent,
        signal,
        ...(headers === undefined ? {} : { headers }),
      });
      const pause = pauseOf(answer);
      const location = locationOf(answer, next.url);
      if (pause !== undefined && retries++ < WEBHOOK_RETRIES) {
        await this.#pause(pause, next.url, deadline);
      } else if (location === undefined) return answer;
      else if (++redirects >= WEBHOOK_REDIRECTS) {
        throw new Error(`Post ${goQuote(pathOf(location))}: stopped after ${WEBHOOK_REDIRECTS} redirects`);
      } else if (new URL(location).origin !== new URL(next.url).origin) {
        // Wherever else it leads, another server must not send this one.
        throw new Error(`Post ${goQuote(location)}: redirects to another server are not followed`);
      } else {
        const keepsBody = answer.code === 307 || answer.code === 308;
        next = { url: location, body: keepsBody ? next.body : undefined };
      }
    }
  }

  async #pause(milliseconds: number, url: string, deadline: number): Promise<void> {
    const left = deadline - this.#clock.monotonic();
    await new Promise<void>((resolve) => this.#clock.after(Math.min(milliseconds, left), resolve));
    if (milliseconds >= left) throw new Error(`Post ${goQuote(url)}: ${deadlineExceeded}`);
  }

  #addressOf(url: string, service: ServiceReference): RemoteAddress {
    try {
      return this.#resolve(service);
    } catch (error) {
      throw new Error(`Post ${goQuote(url)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Milliseconds after which the server wants to be asked again. */
function pauseOf({ code, headers }: RemoteAnswer): number | undefined {
  const seconds = headers['retry-after'] ?? '';
  return (code === 429 || code >= 500) && /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

const redirections = [301, 302, 303, 307, 308];

function locationOf({ code, headers }: RemoteAnswer, base: string): string | undefined {
  const { location } = headers;
  if (!redirections.includes(code) || location === undefined) return undefined;
  if (URL.canParse(location, base)) return new URL(location, base).href;
  throw new Error(`Post ${goQuote(base)}: failed to parse Location header ${goQuote(location)}`);
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${text}`;
}

/** As Go prints the type that it looks for a kind in. */
const typeMeta =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function parseAnswer(body: Buffer): JsonObject {
  // Text that is no JSON is YAML to upstream: a string.
  let value: JsonValue = '';
  try {
    value = parseStored(body.toString());
  } catch {
    // As above.
  }
  if (isJsonObject(value)) return value;
  const problem = `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${typeMeta}`;
  throw new Error(`couldn't get version/kind; json parse error: ${problem}`);
}
