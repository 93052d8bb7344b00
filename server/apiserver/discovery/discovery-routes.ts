/** Serves the discovery documents; the aggregated ones under an ETag. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import { newPathNotFound } from '../../apimachinery/errors/status-error.ts';
import { answerValue, negotiateValue } from '../handlers/answer.ts';
import { parseAccept } from '../negotiation/accept.ts';
import { send, writeAnswer } from '../negotiation/write-response.ts';
import type { ApiContext } from '../request-context.ts';
import {
  type AggregatedVersion,
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from './discovery-documents.ts';
import type { ServedGroup } from './served-groups.ts';

interface Aggregated {
  readonly body: Buffer;
  readonly etag: string;
}

export class DiscoveryRoutes {
  readonly #groups: readonly ServedGroup[];
  readonly #schemas: SchemaRegistry;
  readonly #serverAddress: () => string;
  readonly #aggregated = new Map<string, Aggregated>();

  constructor(groups: readonly ServedGroup[], options: { schemas: SchemaRegistry; serverAddress: () => string }) {
    this.#groups = groups;
    this.#schemas = options.schemas;
    this.#serverAddress = options.serverAddress;
  }

  /** False: the path is not one of discovery's. */
  async serve(ctx: ApiContext): Promise<boolean> {
    const segments = ctx.state.info.path.split('/').filter((segment) => segment !== '');
    const [prefix, group, version] = segments;
    if ((prefix !== 'api' && prefix !== 'apis') || segments.length > (prefix === 'api' ? 2 : 3)) return false;
    if (segments.length === 1) {
      await this.#serveRoot(ctx, prefix === 'api');
      return true;
    }
    const served = this.#groups.find((candidate) => candidate.group === (prefix === 'api' ? '' : group));
    if (served === undefined) return false;
    const wanted = prefix === 'api' ? group : version;
    if (wanted === undefined) {
      await this.#answer(ctx, apiGroup(served));
      return true;
    }
    const found = served.versions.find((candidate) => candidate.version === wanted);
    if (found === undefined) return false;
    await this.#answer(ctx, apiResourceList(served.group, found));
    return true;
  }

  async #serveRoot(ctx: ApiContext, core: boolean): Promise<void> {
    const version = aggregatedVersion(ctx.req.headers.accept);
    if (version === undefined) {
      await this.#answer(ctx, core ? apiVersions(this.#serverAddress()) : apiGroupList(this.#groups));
      return;
    }
    const { body, etag } = this.#build(core, version);
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
    if (ctx.req.headers['if-none-match'] === etag) {
      send(ctx, 304, headers, undefined);
      return;
    }
    const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    await writeAnswer(ctx, { status: 200, contentType, body, headers });
  }

  #build(core: boolean, version: AggregatedVersion): Aggregated {
    const key = `${core ? 'api' : 'apis'}/${version}`;
    let built = this.#aggregated.get(key);
    if (built === undefined) {
      const body = Buffer.from(JSON.stringify(aggregatedDiscovery(this.#groups, { core, version })));
      const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
      built = { body, etag };
      this.#aggregated.set(key, built);
    }
    return built;
  }

  async #answer(ctx: ApiContext, value: JsonObject): Promise<void> {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw newPathNotFound();
    await answerValue(ctx, negotiateValue(ctx, { schemas: this.#schemas }), { status: 200, value });
  }
}

/** The aggregated form is asked for by media type parameters; the first clause that can be served wins. */
function aggregatedVersion(accept: string | undefined): AggregatedVersion | undefined {
  if (accept === undefined || !accept.includes('APIGroupDiscoveryList')) return undefined;
  for (const { subtype, parameters } of parseAccept(accept)) {
    if (subtype !== 'json') continue;
    if (parameters.get('as') !== 'APIGroupDiscoveryList') return undefined;
    const version = parameters.get('v');
    if (parameters.get('g') === 'apidiscovery.k8s.io' && (version === 'v2' || version === 'v2beta1')) return version;
  }
  return undefined;
}
