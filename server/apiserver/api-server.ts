/** Puts the stations of the API server together over a storage and answers requests; knows no concrete backend. */
import { loadFacts } from '../../openapi/facts.ts';
import { compileFacts } from '../apimachinery/schema/compile-facts.ts';
import { Admission } from './admission/admission.ts';
import { newDynamicAdmission } from './admission/dynamic-admission.ts';
import { newObjectReader } from './admission/object-reader.ts';
import { newQuotaWriter } from './admission/resource-quota/write-used.ts';
import { terminatingDefinition } from './admission/terminating-definition.ts';
import { Aggregator } from './aggregation/aggregator.ts';
import { ExtensionClient } from './aggregation/extension-client.ts';
import { reconcileBootstrapPolicy } from './authorization/rbac/bootstrap/reconcile.ts';
import { escalationCheck } from './authorization/rbac/escalation.ts';
import { newLegacyTokenUse } from './authentication/service-account/legacy-token-use.ts';
import { createIdentityConfigMaps } from './bootstrap/identity-config-maps.ts';
import { ServiceNetwork } from './bootstrap/service-network.ts';
import { createMissing, createSystemObjects } from './bootstrap/system-objects.ts';
import { createCacher } from './cacher/create-cacher.ts';
import { ConversionMetrics } from './custom-resources/conversion/conversion-metrics.ts';
import { CustomResources } from './custom-resources/custom-resources.ts';
import { DefinitionController } from './custom-resources/definition-controller.ts';
import { DiscoveryRoutes } from './discovery/discovery-routes.ts';
import { allServedGroups } from './discovery/all-served-groups.ts';
import { startEventExpiry } from './expiry/event-expiry.ts';
import { RequestLifecycle } from './filters/lifecycle.ts';
import { composeFlowControl, type ComposedFlowControl } from './filters/compose-flow-control.ts';
import { buildHandlerChain } from './handler-chain.ts';
import { dispatch } from './handlers/dispatch.ts';
import { healthPort } from './handlers/component-check.ts';
import type { HandlerEnvironment } from './handlers/handler-environment.ts';
import { renderMetrics } from './metrics/render-metrics.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { DeflatedSegments } from './negotiation/gzip/deflated-segments.ts';
import { currentDocuments } from './openapi/current-documents.ts';
import type { ResourceScope } from './registry/resource-scope.ts';
import { cachedResources, installResources } from './registry/install-resources.ts';
import { parsedObjectsOf } from './registry/parsed-objects-of.ts';
import { servedResources } from './registry/served-resources.ts';
import {
  type OwnServices,
  type RemoteAddress,
  serviceResolver,
  type ServiceReference,
} from './remote/service-resolver.ts';
import { WebhookClients } from './remote/webhook-client.ts';
import { serveOpenId } from './routes/openid.ts';
import { listPaths } from './routes/list-paths.ts';
import { pathDispatcher } from './routes/paths.ts';
import type { RequestListener } from './serving/secure-server.ts';
import type { ApiServerOptions } from './api-server-options.ts';

export interface Address {
  readonly advertiseAddress: string;
  /** In documents that lead clients here: one at which it listens. */
  readonly shownAddress: string;
  /** Where this process reaches its own port. */
  readonly ownAddress: string;
  readonly port: number;
}

export class ApiServer {
  readonly listener: RequestListener;
  readonly #lifecycle = new RequestLifecycle();
  readonly #cacher: ReturnType<typeof createCacher>;
  readonly #definitions: DefinitionController;
  readonly #abort = new AbortController();
  readonly #environment: HandlerEnvironment;
  readonly #startExpiry: () => void;
  readonly #flowControl: ComposedFlowControl;
  readonly #onInternalError: ApiServerOptions['onInternalError'];
  readonly #hasRoles: boolean;
  readonly #publishedTrust: ApiServerOptions['publishedTrust'];
  readonly #network: ServiceNetwork;
  readonly #webhooks: WebhookClients;
  readonly #aggregator: Aggregator;
  #address: Address | undefined;
  #left: Promise<void> | undefined;
  readonly #started = Promise.withResolvers<void>();
  #state: 'starting' | 'ready' | 'stopping' = 'starting';

  constructor(options: ApiServerOptions) {
    const { storage, clock, random } = options;
    const facts = loadFacts();
    const schemas = compileFacts(facts);
    const cached = cachedResources();
    const cacher = createCacher({
      storage,
      atRest: options.atRest,
      clock,
      resources: [...new Set(cached.values())],
      signal: this.#abort.signal,
    });
    this.#cacher = cacher;
    const installed = installResources({
      storage,
      cacher,
      clock,
      schemas,
      cached,
      runtimeConfig: options.runtimeConfig,
      hooksOf: (definition) => this.#network.hooksOf(definition),
    });
    this.#network = new ServiceNetwork({
      clock,
      random,
      ranges: options.serviceRanges,
      scopeOf: installed.lookup,
      storeOf: installed.storeOf,
      signal: this.#abort.signal,
      onTrouble: (error) => options.onInternalError(error, 'services'),
    });
    this.#startExpiry = () => {
      const events = installed.lookup('', 'v1', 'events');
      if (events === undefined || options.eventTimeToLive <= 0) return;
      startEventExpiry({
        storage,
        cache: events.cache,
        revision: () => cacher.revision,
        clock,
        random,
        signal: this.#abort.signal,
        onError: (error) => options.onInternalError(error, 'events that have ended are not deleted'),
        timeToLive: options.eventTimeToLive,
      });
    };
    const metrics = new RequestMetrics();
    const objectsOf = parsedObjectsOf(cached, cacher);
    const ownWrites = { scopeOf: installed.lookup, clock, random };
    const onLegacyUse = newLegacyTokenUse(ownWrites, (error) => options.onInternalError(error, 'legacy tokens'));
    const authentication = options.authentication(objectsOf, onLegacyUse);
    const flowControl = composeFlowControl({
      enabled: options.priorityAndFairness,
      limits: options.inFlight,
      clock,
      waitLimit: options.requestTimeout / 4,
      objectsOf,
      objectsIn({ group, version, resource }) {
        const scope = lookup(group, version, resource);
        return scope === undefined || scope.definition.virtual === true ? 0 : scope.cache.size;
      },
    });
    this.#flowControl = flowControl;
    this.#onInternalError = options.onInternalError;
    const { authorizer, ruleResolver, rbac, metrics: authorizationMetrics } = options.authorization(objectsOf);
    this.#hasRoles = rbac !== undefined;
    this.#publishedTrust = options.publishedTrust;
    const waitUntilConsistent = () => cacher.waitUntilConsistent();
    const own: OwnServices = (service) => this.#loopback(service) ?? options.ownServices?.(service);
    const resolve = serviceResolver({ objectsOf, random, own, byClusterIp: options.routesByClusterIp });
    this.#webhooks = new WebhookClients({ clock, resolve });
    const conversions = { webhooks: this.#webhooks, metrics: new ConversionMetrics(), clock, random };
    const serving = { storage, cacher, schemas, conversions };
    const definitions = definitionsOf(installed.lookup);
    const custom = new CustomResources(definitions.cache, serving, options.compiledIn);
    const lookup: HandlerEnvironment['scopeOf'] = (group, version, resource) =>
      installed.lookup(group, version, resource) ?? custom.lookup(group, version, resource);
    const objects = newObjectReader(objectsOf);
    const dynamic = newDynamicAdmission({
      objects,
      objectsOf,
      authorizer,
      schemas,
      clock,
      random,
      client: this.#webhooks,
      scopes: installed.scopes,
      custom,
    });
    const admission = new Admission([
      terminatingDefinition,
      ...options.admissionPlugins({
        objects,
        authorizer,
        webhooks: dynamic.webhooks,
        policies: dynamic.policies,
        clock,
        random,
        tolerationSeconds: options.tolerationSeconds,
        waitUntilConsistent,
        writeQuotaUsed: newQuotaWriter(ownWrites),
        createNamespace: (name) => createMissing(ownWrites, ['', 'v1', 'namespaces'], { metadata: { name } }),
      }),
      ...(rbac === undefined ? [] : [escalationCheck({ authorizer, rbac })]),
    ]);
    const environment: HandlerEnvironment = {
      clock,
      random,
      schemas,
      cacher,
      admission,
      segments: new DeflatedSegments(),
      authentication,
      authorizer,
      ruleResolver,
      objectsOf,
      minRequestTimeoutSeconds: options.minRequestTimeoutSeconds,
      kubelets: options.kubelets,
      components: [
        healthPort('controller-manager', 10257),
        healthPort('scheduler', 10259),
        {
          name: 'storage',
          check() {
            const { available, message } = storage.status();
            return available
              ? { status: 'True', message: 'ok' }
              : { status: 'False', message: '', error: message ?? '' };
          },
        },
      ],
      scopeOf: lookup,
    };
    this.#environment = environment;
    this.#definitions = new DefinitionController({
      scope: definitions,
      custom,
      environment,
      signal: this.#abort.signal,
      onTrouble: (error) => options.onInternalError(error, 'custom resource definitions'),
    });
    const groups = new Set(installed.groups.map(({ group }) => group).filter((group) => group !== ''));
    this.#aggregator = new Aggregator({
      objectsOf,
      builtIn: installed.groups,
      custom,
      client: new ExtensionClient({ clock, resolve, identity: options.proxyIdentity }),
      ownServices: own,
      rejectsRedirects: options.rejectsRedirects,
      ...ownWrites,
      signal: this.#abort.signal,
      onTrouble: (error) => options.onInternalError(error, 'APIServices'),
    });
    const served = allServedGroups(installed.groups, custom, this.#aggregator.groups);
    const dispatchPath = pathDispatcher({
      clock,
      schemas,
      discovery: new DiscoveryRoutes(served, { schemas, serverAddress: () => this.#serverAddress() }),
      documents: currentDocuments({
        facts,
        builtIn: servedResources(installed.scopes),
        custom,
        extensions: this.#aggregator.openApi,
        cacheFolder: options.cacheFolder,
      }),
      health: {
        livez: [{ name: 'ping', check: () => undefined }],
        readyz: [
          { name: 'ping', check: () => undefined },
          ...(options.kmsProblem === undefined ? [] : [{ name: 'kms-providers', check: options.kmsProblem }]),
          { name: 'storage', check: () => (storage.status().available ? undefined : storage.status().message) },
          {
            name: 'informer-sync',
            check: () => (this.#state === 'starting' ? 'the caches are being filled' : undefined),
          },
          { name: 'shutdown', check: () => (this.#state === 'stopping' ? 'process is shutting down' : undefined) },
        ],
      },
      version: options.version,
      dumpFlowControl: (page, how) => flowControl.dump?.(page, how),
      openId: (ctx) => serveOpenId(ctx, authentication.issuer, this.#serverAddress()),
      metrics: () =>
        renderMetrics({
          requests: metrics,
          inFlight: flowControl.inFlight,
          cacher,
          lifecycle: this.#lifecycle,
          others: [flowControl.metrics, options.audit?.metrics, authorizationMetrics, conversions.metrics, dynamic],
        }) + (options.otherMetrics?.() ?? ''),
      paths: () => listPaths(served.all()),
    });
    const app = buildHandlerChain({
      clock,
      random,
      schemas,
      lifecycle: this.#lifecycle,
      flowControl: flowControl.filter,
      metrics,
      audit: options.audit,
      authenticator: authentication.authenticator,
      allowsAnonymous: options.allowsAnonymous,
      authorizer,
      started: this.#started.promise,
      allowedOrigins: options.allowedOrigins,
      requestTimeout: options.requestTimeout,
      onInternalError: options.onInternalError,
      dispatchResource: (ctx) => dispatch(ctx, lookup, environment, (group) => groups.has(group)),
      dispatchPath,
      elsewhere: (path) => this.#aggregator.elsewhere(path),
    });
    const callback = app.callback();
    this.listener = (req, res) => {
      void callback(req, res);
    };
  }

  /** Fills the caches and makes what a cluster starts with. */
  async start(address: Address): Promise<void> {
    this.#address = address;
    const { clock, random, scopeOf } = this.#environment;
    await this.#cacher.ready();
    await Promise.all([
      createSystemObjects({ scopeOf, clock, random }).then(() => this.#network.start(address)),
      this.publishTrust(),
      this.#flowControl.start({
        scopeOf,
        clock,
        random,
        signal: this.#abort.signal,
        onTrouble: (error) => this.#onInternalError(error, 'flow control'),
      }),
      ...(this.#hasRoles ? [reconcileBootstrapPolicy({ scopeOf, clock, random })] : []),
    ]);
    this.#definitions.start();
    await this.#aggregator.start();
    this.#startExpiry();
    this.#state = 'ready';
    this.#started.resolve();
  }

  /** Again when it has changed. */
  publishTrust(): Promise<void> {
    const { clock, random, scopeOf } = this.#environment;
    return createIdentityConfigMaps({ scopeOf, clock, random, trust: this.#publishedTrust() });
  }

  /** readyz fails from here on and the kubernetes service leads elsewhere; everything else goes on. */
  announceStop(): void {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    this.#left = this.#network.leave();
  }

  /** Watches end, running requests finish; resolves when they have or the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    this.announceStop();
    this.#lifecycle.endWatches();
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all([this.#lifecycle.drained(), this.#left]), aborted]);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#started.resolve();
    await this.#definitions.stopped();
    await this.#aggregator.stopped();
    await this.#cacher.stop();
    this.#webhooks.stop();
  }

  /** This server, as it reaches itself. */
  #loopback({ namespace, name, port }: ServiceReference): RemoteAddress | undefined {
    const address = this.#address;
    if (address === undefined || namespace !== 'default' || name !== 'kubernetes' || port !== 443) return undefined;
    return { host: address.ownAddress, port: address.port };
  }

  #serverAddress(): string {
    const address = this.#address;
    return address === undefined ? '' : `${address.shownAddress}:${address.port}`;
  }
}

function definitionsOf(lookup: HandlerEnvironment['scopeOf']): ResourceScope {
  const scope = lookup('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
  if (scope === undefined) throw new Error('--runtime-config: apiextensions.k8s.io/v1 cannot be switched off');
  return scope;
}
