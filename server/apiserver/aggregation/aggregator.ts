/** The API as one of many servers: which group versions others have, whether they are there, and what they say of themselves. */
import type { CustomResources } from '../custom-resources/custom-resources.ts';
import type { ExtensionGroups } from '../discovery/all-served-groups.ts';
import type { ServedGroup } from '../discovery/served-groups.ts';
import type { OwnObjectsOptions } from '../bootstrap/own-objects.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import type { ExtensionDocument } from '../openapi/merge-v2.ts';
import type { OwnServices } from '../remote/service-resolver.ts';
import type { ApiContext } from '../request-context.ts';
import { ApiServices } from './api-services.ts';
import { AvailabilityController } from './availability-controller.ts';
import type { ExtensionClient } from './extension-client.ts';
import { ExtensionDiscovery } from './extension-discovery.ts';
import { ExtensionOpenApi } from './extension-open-api.ts';
import { LocalRegistration } from './local-registration.ts';
import { ExtensionProxy } from './serve-extension.ts';

export interface AggregatorOptions extends OwnObjectsOptions {
  readonly objectsOf: ParsedObjectsOf;
  readonly builtIn: readonly ServedGroup[];
  readonly custom: CustomResources;
  readonly client: ExtensionClient;
  readonly ownServices: OwnServices;
  readonly rejectsRedirects: boolean;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

export class Aggregator {
  readonly #services: ApiServices;
  readonly #registration: LocalRegistration;
  readonly #availability: AvailabilityController;
  readonly #discovery: ExtensionDiscovery;
  readonly #openApi: ExtensionOpenApi;
  readonly #proxy: ExtensionProxy;

  constructor(options: AggregatorOptions) {
    const services = new ApiServices(options.objectsOf('apiregistration.k8s.io', 'apiservices'));
    this.#services = services;
    this.#registration = new LocalRegistration({ ...options, services });
    this.#availability = new AvailabilityController({ ...options, services });
    this.#discovery = new ExtensionDiscovery({ ...options, services });
    this.#openApi = new ExtensionOpenApi({ ...options, services });
    this.#proxy = new ExtensionProxy(options);
  }

  /** Resolves when the APIServices of built-in group versions are there. */
  async start(): Promise<void> {
    await this.#registration.start();
    this.#availability.start();
    this.#discovery.start();
    this.#openApi.start();
  }

  /** Resolves when nothing runs; for after the signal. */
  async stopped(): Promise<void> {
    const parts = [this.#registration, this.#availability, this.#discovery, this.#openApi];
    await Promise.all(parts.map((part) => part.stopped()));
    this.#proxy.stop();
  }

  /**
   * Who answers requests for a path in place of this server: below "/apis/group/version", or for that version's document where
   * its server has one. The core group has no version in its path: whoever has it has all of "/api".
   */
  elsewhere(path: string): ((ctx: ApiContext) => Promise<void>) | undefined {
    if (!this.#services.hasRemote) return undefined;
    const match = /^(\/openapi\/v3)?\/apis\/([^/]*)\/([^/]*)/.exec(path);
    const isCore = path === '/api' || path.startsWith('/api/');
    const service = isCore
      ? this.#services.remote('', 'v1')
      : this.#services.remote(match?.[2] ?? '', match?.[3] ?? '');
    if (service === undefined || (match === null && !isCore)) return undefined;
    if (match?.[1] !== undefined && !this.#openApi.hasOwnDocument(service.name)) return undefined;
    return (ctx) => this.#proxy.serve(ctx, service);
  }

  get groups(): ExtensionGroups {
    const [services, discovery] = [this.#services, this.#discovery];
    return {
      get version() {
        return services.version + discovery.version;
      },
      versions: () =>
        [...services.remotes()].map((service) => ({ ...service, document: discovery.versionOf(service) })),
    };
  }

  get openApi(): { readonly version: number; documents(): readonly ExtensionDocument[] } {
    return this.#openApi;
  }
}
