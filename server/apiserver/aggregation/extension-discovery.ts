/** What extension servers say that they serve: asked for when an APIService comes or changes, and every minute; what was known stays while they are away. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { RemoteAnswer } from '../remote/https-exchange.ts';
import type { ApiService, ApiServices, RemoteService } from './api-services.ts';
import { aggregatorUser, type ExtensionClient } from './extension-client.ts';
import { KeyedWork } from './keyed-work.ts';
import { resourcesOfList } from './legacy-discovery.ts';
import { DISCOVERY_RESYNC_MS, DISCOVERY_TIMEOUT_MS } from './limits.ts';

export interface ExtensionDiscoveryOptions {
  readonly services: ApiServices;
  readonly client: ExtensionClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** One answer may tell of many group versions. */
interface Known {
  readonly etag: string | undefined;
  /** APIVersionDiscovery by "group/version". */
  readonly versions: ReadonlyMap<string, JsonObject>;
}

const accepted = ['v2', 'v2beta1'].map((version) => {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
});

export class ExtensionDiscovery {
  readonly #options: ExtensionDiscoveryOptions;
  readonly #work: KeyedWork;
  /** By service. */
  readonly #known = new Map<string, Known>();
  /** By the name of the APIService. */
  readonly #shown = new Map<string, { readonly document: JsonObject; readonly text: string }>();
  #version = 0;

  constructor(options: ExtensionDiscoveryOptions) {
    this.#options = options;
    this.#work = new KeyedWork({
      clock: options.clock,
      signal: options.signal,
      resync: DISCOVERY_RESYNC_MS,
      backoff: [500, DISCOVERY_RESYNC_MS],
      workers: 4,
      work: (name) => this.#refresh(name),
      // That it is away is told by its APIService.
      onTrouble: () => undefined,
    });
    options.services.listen((name) => {
      const service = options.services.get(name);
      if (service?.remote === undefined) this.#forget(name);
      else if (service.isAvailable || !this.#shown.has(name)) this.#work.want(name);
    });
  }

  /** Goes up with every change of what is known. */
  get version(): number {
    return this.#version;
  }

  start(): void {
    this.#work.start();
  }

  stopped(): Promise<void> {
    return this.#work.stopped();
  }

  /** As aggregated discovery shows a version: stale until its server has told of it. */
  versionOf({ name, version }: ApiService): JsonObject {
    return this.#shown.get(name)?.document ?? { version, freshness: 'Stale' };
  }

  #forget(name: string): void {
    this.#work.forget(name);
    if (this.#shown.delete(name)) this.#version++;
  }

  async #refresh(name: string): Promise<void> {
    const { services } = this.#options;
    const service = services.get(name);
    if (service?.remote === undefined) return;
    try {
      const found = await this.#fetch(service, service.remote);
      this.#show(service, { ...(found ?? { version: service.version }), freshness: 'Current' });
    } catch (error) {
      const { freshness: _freshness, ...before } = this.versionOf(service);
      this.#show(service, { ...before, freshness: 'Stale' });
      throw error;
    }
  }

  #show(service: ApiService, document: JsonObject): void {
    // It may have gone, or gone elsewhere, while it was asked.
    if (this.#options.services.get(service.name)?.remote === undefined) return;
    const text = JSON.stringify(document);
    if (this.#shown.get(service.name)?.text === text) return;
    this.#shown.set(service.name, { document, text });
    this.#version++;
  }

  async #fetch({ group, version }: ApiService, remote: RemoteService): Promise<JsonObject | undefined> {
    const key = serviceKey(remote);
    const known = this.#known.get(key);
    const answer = await this.#get(remote, '/apis', {
      accept: accepted.join(','),
      ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    });
    if (answer.code === 304 && known !== undefined) return known.versions.get(`${group}/${version}`);
    if (answer.code === 503) throw new Error(`service ${key} returned non-success response code: 503`);
    if (answer.code === 200 && isAggregated(answer)) {
      const versions = versionsOf(parse(answer));
      this.#known.set(key, { etag: answer.headers.etag, versions });
      return versions.get(`${group}/${version}`);
    }
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const legacy = await this.#get(remote, path, { accept: 'application/json' });
    if (legacy.code !== 200) throw new Error(`failed to download legacy discovery for ${path}: ${legacy.code}`);
    return { version, resources: resourcesOfList(parse(legacy)) };
  }

  #get(remote: RemoteService, path: string, headers: Record<string, string>): Promise<RemoteAnswer> {
    return this.#options.client.get(remote, { path, headers, user: aggregatorUser, timeout: DISCOVERY_TIMEOUT_MS });
  }
}

function serviceKey({ namespace, name, port }: RemoteService): string {
  return `${namespace}/${name}:${port}`;
}

function isAggregated({ headers }: RemoteAnswer): boolean {
  const type = (headers['content-type'] ?? '').replace(/\s/g, '');
  return /;g=apidiscovery\.k8s\.io(;|$)/.test(type) && /;as=APIGroupDiscoveryList(;|$)/.test(type);
}

function parse({ body }: RemoteAnswer): JsonObject {
  const value: unknown = JSON.parse(body.toString());
  if (isJsonObject(value)) return value;
  throw new Error('a discovery document is no object');
}

function versionsOf({ items }: JsonObject): Map<string, JsonObject> {
  const versions = new Map<string, JsonObject>();
  for (const group of asObjects(items)) {
    const name = asText(asObject(group.metadata).name);
    for (const version of asObjects(group.versions)) {
      versions.set(`${name}/${asText(version.version)}`, {
        ...version,
        resources: asObjects(version.resources).map(withKind),
      });
    }
  }
  return versions;
}

/** Older clients fail where a kind is not named. */
function withKind(resource: JsonObject): JsonObject {
  const named = (one: JsonObject): JsonObject =>
    isJsonObject(one.responseKind) ? one : { ...one, responseKind: { group: '', version: '', kind: '' } };
  const { subresources } = resource;
  return {
    ...named(resource),
    ...(Array.isArray(subresources) ? { subresources: asObjects(subresources).map(named) } : {}),
  };
}
