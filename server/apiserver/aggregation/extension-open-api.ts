/** The OpenAPI documents of extension servers, as far as they are merged into this server's: asked for again every minute. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { ExtensionDocument } from '../openapi/merge-v2.ts';
import type { ApiServices, RemoteService } from './api-services.ts';
import type { ExtensionClient } from './extension-client.ts';
import { KeyedWork } from './keyed-work.ts';
import { DISCOVERY_RESYNC_MS, DISCOVERY_TIMEOUT_MS } from './limits.ts';

export interface ExtensionOpenApiOptions {
  readonly services: ApiServices;
  readonly client: ExtensionClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const documentUser: UserInfo = { name: 'system:aggregator', uid: '', groups: [], extra: {} };

export class ExtensionOpenApi {
  readonly #options: ExtensionOpenApiOptions;
  readonly #work: KeyedWork;
  /** By the name of the APIService. */
  readonly #documents = new Map<string, ExtensionDocument>();
  #version = 0;

  constructor(options: ExtensionOpenApiOptions) {
    this.#options = options;
    this.#work = new KeyedWork({
      clock: options.clock,
      signal: options.signal,
      resync: DISCOVERY_RESYNC_MS,
      backoff: [1000, DISCOVERY_RESYNC_MS],
      workers: 2,
      work: (name) => this.#refresh(name),
      // That it is away is told by its APIService; what was known stays.
      onTrouble: () => undefined,
    });
    options.services.listen((name) => {
      const service = options.services.get(name);
      // The core group's documents stay this server's, whoever has its requests.
      if (service?.remote === undefined || service.group === '') this.#forget(name);
      else if (service.isAvailable) this.#work.want(name);
    });
  }

  /** Goes up with every change. */
  get version(): number {
    return this.#version;
  }

  documents(): readonly ExtensionDocument[] {
    return [...this.#documents.values()];
  }

  /** Whether an APIService's server answers for its document of version 3 itself. */
  hasOwnDocument(name: string): boolean {
    return this.#documents.get(name)?.serverRelativeURL !== undefined;
  }

  start(): void {
    this.#work.start();
  }

  stopped(): Promise<void> {
    return this.#work.stopped();
  }

  #forget(name: string): void {
    this.#work.forget(name);
    if (this.#documents.delete(name)) this.#version++;
  }

  async #refresh(name: string): Promise<void> {
    const service = this.#options.services.get(name);
    if (service?.remote === undefined) return;
    const key = `apis/${service.group}/${service.version}`;
    const [index, v2] = await Promise.all([
      this.#read(service.remote, '/openapi/v3'),
      this.#read(service.remote, '/openapi/v2'),
    ]);
    const url = asText(asObject(asObject(index?.paths)[key]).serverRelativeURL);
    const serverRelativeURL = url === '' ? undefined : url;
    const isConverted = index === undefined;
    const revision = createHash('sha512')
      .update(JSON.stringify([url, isConverted, v2]))
      .digest('hex')
      .toUpperCase();
    // It may have gone while it was asked.
    if (this.#options.services.get(name)?.remote === undefined) return;
    if (this.#documents.get(name)?.revision === revision) return;
    this.#documents.set(name, { key, serverRelativeURL, isConverted, v2, revision });
    this.#version++;
  }

  /** Undefined: it has none. */
  async #read(remote: RemoteService, path: string): Promise<JsonObject | undefined> {
    const headers = { accept: 'application/json' };
    const { code, body } = await this.#options.client.get(remote, {
      path,
      headers,
      user: documentUser,
      timeout: DISCOVERY_TIMEOUT_MS,
    });
    if (code === 404) return undefined;
    if (code !== 200) throw new Error(`${path}: invalid status code: ${code}`);
    const value: unknown = JSON.parse(body.toString());
    return isJsonObject(value) ? value : undefined;
  }
}
