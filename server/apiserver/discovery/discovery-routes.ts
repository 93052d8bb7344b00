/** Serves the discovery documents; the aggregated ones under an ETag. */
import { createHash } from 'node:crypto';
import { newMethodNotAllowed, newPathNotFound } from '../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { answerValue, negotiateValue } from '../handlers/answer.ts';
import { findAcceptable } from '../negotiation/accept.ts';
import { encodeValue } from '../negotiation/encode-object.ts';
import { type Endpoint, endpoints } from '../negotiation/endpoint.ts';
import { contentTypeOf, type Representation } from '../negotiation/media-types.ts';
import { send, writeAnswer } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';
import { anyPathNotFound } from '../routes/plain-not-found.ts';
import {
  aggregatedDiscovery,
  aggregatedGroup,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from './discovery-documents.ts';
import type { ServedGroup, ServedGroups } from './served-groups.ts';

interface Aggregated {
  /** Of what is served. */
  readonly version: number;
  readonly document: JsonObject;
  readonly etag: string;
  readonly encoded: Map<Representation, Buffer>;
}

export class DiscoveryRoutes {
  readonly #served: ServedGroups;
  readonly #schemas: SchemaRegistry;
  readonly #serverAddress: () => string;
  readonly #aggregated = new Map<'api' | 'apis', Aggregated>();

  constructor(served: ServedGroups, options: { schemas: SchemaRegistry; serverAddress: () => string }) {
    this.#served = served;
    this.#schemas = options.schemas;
    this.#serverAddress = options.serverAddress;
  }

  /** False: the path is not one of discovery's. @throws StatusError 404 for what is missing below a group that is served */
  async serve(ctx: ApiContext): Promise<boolean> {
    const [prefix, ...rest] = ctx.state.info.path.replace(/^\/|\/+$/g, '').split('/');
    if (prefix === 'api') {
      const [version] = rest;
      if (version === undefined) await this.#serveRoot(ctx, 'api');
      else await this.#serveVersion(ctx, this.#find(''), rest);
      return true;
    }
    if (prefix !== 'apis') return false;
    const [group, ...below] = rest;
    if (group === undefined) {
      await this.#serveRoot(ctx, 'apis');
      return true;
    }
    const served = group === '' ? undefined : this.#find(group);
    if (served === undefined) return false;
    if (below.length > 0) await this.#serveVersion(ctx, served, below);
    else await this.#answer(ctx, apiGroup(served), endpoints.aggregatedDocuments);
    return true;
  }

  #find(group: string): ServedGroup | undefined {
    return this.#served.find(group);
  }

  async #serveVersion(ctx: ApiContext, served: ServedGroup | undefined, below: readonly string[]): Promise<void> {
    const found = served?.versions.find(({ version }) => version === below[0]);
    if (found === undefined && served?.custom === true) return anyPathNotFound(ctx);
    if (served === undefined || found === undefined || below.length > 1) throw newPathNotFound();
    requireGet(ctx);
    await this.#answer(ctx, apiResourceList(served.group, found), endpoints.documents);
  }

  /** Upstream's /apis is the aggregator's, which answers any method. */
  async #serveRoot(ctx: ApiContext, prefix: 'api' | 'apis'): Promise<void> {
    if (prefix === 'api') requireGet(ctx);
    const aggregated = findAcceptable(ctx.req.headers.accept, endpoints.discovery);
    if (aggregated !== undefined) await this.#serveAggregated(ctx, prefix, aggregated);
    else if (prefix === 'api') await this.#answer(ctx, apiVersions(this.#serverAddress()), endpoints.documents);
    else await this.#answer(ctx, apiGroupList(this.#served.all()), endpoints.aggregatedDocuments);
  }

  async #serveAggregated(ctx: ApiContext, prefix: 'api' | 'apis', representation: Representation): Promise<void> {
    const built = this.#build(prefix);
    const headers = { etag: built.etag, vary: 'Accept', 'cache-control': 'public' };
    if (ctx.req.headers['if-none-match'] === built.etag) {
      send(ctx, 304, headers, undefined);
      return;
    }
    let body = built.encoded.get(representation);
    if (body === undefined) {
      body = encodeValue(built.document, { representation, schemas: this.#schemas });
      built.encoded.set(representation, body);
    }
    const parameters = `g=apidiscovery.k8s.io;v=${representation.viewVersion};as=APIGroupDiscoveryList`;
    const contentType = `${contentTypeOf(representation)};${parameters}`;
    await writeAnswer(ctx, { status: 200, contentType, body, headers });
  }

  #build(prefix: 'api' | 'apis'): Aggregated {
    let built = this.#aggregated.get(prefix);
    const { version } = this.#served;
    if (built?.version !== version) {
      const groups = this.#served.all().filter(({ group }) => (group === '') === (prefix === 'api'));
      const document = aggregatedDiscovery(groups.map(aggregatedGroup));
      const hash = createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase();
      built = { version, document, etag: `"${hash}"`, encoded: new Map() };
      this.#aggregated.set(prefix, built);
    }
    return built;
  }

  async #answer(ctx: ApiContext, value: JsonObject, endpoint: Endpoint): Promise<void> {
    await answerValue(ctx, negotiateValue(ctx, { schemas: this.#schemas }, endpoint), { status: 200, value });
  }
}

function requireGet(ctx: ApiContext): void {
  if (ctx.method !== 'GET') throw newMethodNotAllowed();
}
