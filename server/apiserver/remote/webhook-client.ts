/** Calls webhooks as objects of the API name them: by URL, or by a service of the cluster, with the authorities that vouch for them. */
import { Agent } from 'node:https';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { jsonTypeName } from '../../apimachinery/patch/go-value.ts';
import { parseStored } from '../cacher/parse-object.ts';
import { exchange, type RemoteTls } from './https-exchange.ts';
import { WEBHOOK_ANSWER_BYTES, WEBHOOK_IDLE_MS } from './limits.ts';
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
  if (!isSet(config.service)) return { url: asText(config.url), service: undefined, tls: authority };
  const { name, namespace, port, path } = asObject(config.service);
  const service = { name: asText(name), namespace: asText(namespace), port: asNumber(port) || HTTPS_PORT };
  const serverName = `${service.name}.${service.namespace}.svc`;
  const below = asText(path);
  const url = `https://${serverName}:${service.port}${below.startsWith('/') ? '' : '/'}${below}`;
  return { url, service, tls: { ...authority, serverName } };
}

const HTTPS_PORT = 443;

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
  async post({ url, service, tls }: WebhookTarget, body: Buffer, options: CallOptions): Promise<JsonObject> {
    const { timeout, query, headers, signal } = options;
    const full = withQuery(url, query ?? {});
    const answer = await exchange(full, {
      clock: this.#clock,
      tls,
      body,
      timeout,
      maxBytes: WEBHOOK_ANSWER_BYTES,
      address: service === undefined ? undefined : this.#addressOf(full, service),
      agent: this.#agent,
      signal,
      ...(headers === undefined ? {} : { headers }),
    });
    const contentType = answer.headers['content-type'];
    const refusal = refusalOf(answer.code, contentType, answer.body);
    if (refusal !== undefined) throw new Error(refusal);
    if (answer.body.length === 0) {
      throw new Error(`0-length response with status code: ${answer.code} and content type: ${contentType ?? ''}`);
    }
    return parseAnswer(answer.body);
  }

  #addressOf(url: string, service: ServiceReference): RemoteAddress {
    try {
      return this.#resolve(service);
    } catch (error) {
      throw new Error(`Post ${JSON.stringify(url)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
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
