/** The library entry: a whole server in this process, on a port of its own, gone without a trace after stop(). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { choosePlugins } from '../apiserver/admission/ordered-plugins.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import { compiledInDefinition } from '../apiserver/custom-resources/compiled-in.ts';
import { allowedOrigins } from './allowed-origins.ts';
import { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import type { ServiceRangeOptions } from '../apiserver/bootstrap/service-network.ts';
import { parsePortRange } from '../apiserver/registry/core/services/allocator/port-range.ts';
import { parseRuntimeConfig } from '../apiserver/registry/runtime-config.ts';
import { SecureServer } from '../apiserver/serving/secure-server.ts';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { composeAuthentication } from './access.ts';
import { readAdmissionConfiguration } from './admission-configuration.ts';
import { type Audit, composeAudit } from './audit.ts';
import { composeAuthorization } from './authorization.ts';
import { openStorage, type OpenStorage } from './backends.ts';
import { ClientTrust } from './client-trust.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { Encryption } from './encryption.ts';
import { composeKubelets, OwnKubelets } from './kubelets.ts';
import { renderKubeConfig, writeKubeConfig } from './kubeconfig.ts';
import type { Client } from '../client/client.ts';
import type { SchedulerConfiguration } from '../scheduler/configuration/scheduler-configuration.ts';
import { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { QueueMetrics } from '../client/queue-metrics.ts';
import { ClusterParts } from './cluster-parts.ts';
import { clusterSettings } from './cluster-settings.ts';
import { runInProcessControllers } from './in-process-controllers.ts';
import { LoopbackClients } from './loopback-clients.ts';
import { runInProcessScheduler } from './in-process-scheduler.ts';
import { usualLease } from './leading.ts';
import { readSchedulerConfigurationFile } from './scheduler-configuration-file.ts';
import { forgetMetrics, OwnMetrics, runInProcessMetrics } from './metrics.ts';
import { runInProcessNodes } from './nodes.ts';
import { type PorticoOptions, splitList } from './options.ts';
import { type ServerAddresses, serverAddresses } from './own-address.ts';
import { parseServiceRanges } from './service-range.ts';
import { explainListenError } from './start-error.ts';
import { tlsSettings } from './tls-settings.ts';
import { versionInfo } from './version.ts';

export type { PorticoOptions } from './options.ts';

export interface Portico {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  /** The administrator's kubeconfig, as YAML. */
  readonly kubeConfig: string;
  /** Where it is written, mode 0600; undefined without a data folder. */
  readonly kubeConfigPath: string | undefined;
  /** For a person: which store. */
  readonly storage: string;
  /** The administrator's client within this process: no connection, no credential. */
  readonly client: Client;
  /** Process of a database that was started for this server. */
  readonly databaseProcessId: number | undefined;
  /** Ends watches, lets running requests finish within the grace period, closes the store. */
  stop(): Promise<void>;
}

const defaults = {
  requestTimeout: 60,
  minRequestTimeout: 1800,
  shutdownGracePeriod: 10,
  shutdownDelayDuration: 0,
  defaultNotReadyTolerationSeconds: 300,
  defaultUnreachableTolerationSeconds: 300,
  eventTtl: 3600,
  controllers: '*',
  enablePriorityAndFairness: true,
  maxRequestsInflight: 400,
  maxMutatingRequestsInflight: 200,
  serviceClusterIpRange: '10.0.0.0/24',
  serviceNodePortRange: '30000-32767',
  bindAddress: '127.0.0.1',
  anonymousAuth: true,
  authorizationMode: 'Node,RBAC',
  serviceAccountIssuer: 'https://kubernetes.default.svc.cluster.local',
  serviceAccountExtendTokenExpiration: true,
  kubeletPreferredAddressTypes: 'Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP',
  requestheaderUsernameHeaders: 'X-Remote-User',
  requestheaderUidHeaders: 'X-Remote-Uid',
  requestheaderGroupHeaders: 'X-Remote-Group',
  requestheaderExtraHeadersPrefix: 'X-Remote-Extra-',
} as const;

/** @throws Error that says what is in the way; nothing is left running then. */
export async function startPortico(options: PorticoOptions = {}): Promise<Portico> {
  options.signal?.throwIfAborted();
  const settings: Settings = { ...defaults, ...withoutUndefined(options) };
  const log = options.log ?? (() => undefined);
  const { dataDirectory } = settings;
  const addresses = serverAddresses(settings);
  const serviceRanges: ServiceRangeOptions = {
    ...parseServiceRanges(settings.serviceClusterIpRange),
    nodePorts: parsePortRange(settings.serviceNodePortRange),
  };
  const runtimeConfig = parseRuntimeConfig(settings.runtimeConfig ?? '');
  const admissionPlugins = choosePlugins({
    enable: splitList(settings.enableAdmissionPlugins),
    disable: splitList(settings.disableAdmissionPlugins),
    configuration: await readAdmissionConfiguration(settings.admissionControlConfigFile),
  });
  const authorization = await composeAuthorization(settings, { clock: systemClock, log });
  const encryption = await Encryption.load({ options: settings, clock: systemClock, log });
  const audit = await composeAudit(settings, log);
  const schedulerConfiguration = await readSchedulerConfigurationFile('scheduler-config', settings.schedulerConfig);
  // Root runs PostgreSQL as somebody else, who must be able to pass through.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true, mode });

  const opening = openStorage({
    url: settings.storage ?? (dataDirectory === undefined ? 'memory:' : `embedded:${dataDirectory}`),
    onEvent: log,
    compactionInterval: settings.compactionInterval === undefined ? undefined : settings.compactionInterval * 1000,
  });
  // The store opens while certificates are made; a failure of either ends both.
  const [opened, credentials] = await Promise.allSettled([
    opening,
    loadCredentials(settings, [addresses.url, addresses.advertised, serviceRanges.firstAddress]),
  ]);
  if (opened.status === 'rejected') throw opened.reason;
  if (credentials.status === 'rejected') {
    await opened.value.storage.close();
    throw credentials.reason;
  }
  try {
    options.signal?.throwIfAborted();
    return await serve({
      options: settings,
      opened: opened.value,
      credentials: credentials.value,
      log,
      runtimeConfig,
      admissionPlugins,
      authorization,
      audit,
      schedulerConfiguration,
      encryption,
      addresses,
      serviceRanges,
    });
  } catch (error) {
    await opened.value.storage.close();
    throw error;
  }
}

type Defaulted = keyof typeof defaults;
type Settings = PorticoOptions & Required<Pick<PorticoOptions, Defaulted>>;

interface ServeParts {
  readonly options: Settings;
  readonly opened: OpenStorage;
  readonly credentials: Credentials;
  readonly log: NonNullable<PorticoOptions['log']>;
  readonly runtimeConfig: ReturnType<typeof parseRuntimeConfig>;
  readonly admissionPlugins: ReturnType<typeof choosePlugins>;
  readonly authorization: Awaited<ReturnType<typeof composeAuthorization>>;
  readonly audit: Audit | undefined;
  readonly schedulerConfiguration: SchedulerConfiguration | undefined;
  readonly encryption: Encryption;
  readonly addresses: ServerAddresses;
  readonly serviceRanges: ServiceRangeOptions;
}

async function serve(parts: ServeParts): Promise<Portico> {
  const { options, opened, credentials, log } = parts;
  const storage = parts.encryption.wrap(opened.storage);
  /** What ends the following of files. */
  const followed = [() => parts.encryption.stop(), () => parts.authorization.stop()];
  const trust = new ClientTrust({
    options,
    clock: systemClock,
    own: credentials.pki.authority.certificate,
    ownFrontProxies: credentials.ownFrontProxies,
    bundles: credentials.authorities,
    log,
  });
  const users = new InProcessUsers();
  const queueMetrics = new QueueMetrics(systemClock);
  const schedulerMetrics = new SchedulerMetrics();
  const { controllers: controllerList } = options;
  const own = new OwnKubelets(credentials.pki);
  const metrics = new OwnMetrics();
  const kubelets = await composeKubelets(options, { pki: credentials.pki, own });
  const apiServer = new ApiServer({
    kubelets,
    storage,
    atRest: storage,
    ...(options.encryptionProviderConfig === undefined ? {} : { kmsProblem: () => parts.encryption.problem() }),
    clock: systemClock,
    random: systemRandom,
    publishedTrust: () => trust.published,
    compiledIn: (options.resources ?? []).map(({ definition }) => compiledInDefinition(definition)),
    proxyIdentity: () => credentials.proxyClient,
    ownServices: metrics.at,
    routesByClusterIp: options.enableAggregatorRouting === false,
    rejectsRedirects: options.aggregatorRejectForwardingRedirect !== false,
    allowedOrigins: allowedOrigins(options),
    authentication: (objects, onLegacyUse) =>
      composeAuthentication({
        options,
        credentials,
        objects,
        authorities: trust.authorities,
        inProcess: users,
        onLegacyUse,
        log,
        onStop: (end) => followed.push(end),
      }),
    allowsAnonymous: credentials.authentication.allowsAnonymous,
    authorization: parts.authorization.authorization,
    audit: parts.audit?.trail,
    runtimeConfig: parts.runtimeConfig,
    serviceRanges: parts.serviceRanges,
    admissionPlugins: parts.admissionPlugins,
    eventTimeToLive: options.eventTtl * 1000,
    tolerationSeconds: {
      notReady: options.defaultNotReadyTolerationSeconds,
      unreachable: options.defaultUnreachableTolerationSeconds,
    },
    priorityAndFairness: options.enablePriorityAndFairness,
    inFlight: { reads: options.maxRequestsInflight, writes: options.maxMutatingRequestsInflight },
    requestTimeout: options.requestTimeout * 1000,
    minRequestTimeoutSeconds: options.minRequestTimeout,
    cacheFolder: options.dataDirectory === undefined ? undefined : join(options.dataDirectory, 'cache'),
    version: versionInfo(),
    otherMetrics: () =>
      storage.metrics.render() + queueMetrics.render() + (options.scheduler === true ? schedulerMetrics.render() : ''),
    onInternalError: (error, what) =>
      log({
        level: 'error',
        message: `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        error,
      }),
  });
  const clients = new LoopbackClients({ listener: apiServer.listener, users });
  const clusterParts = new ClusterParts(log);
  const server = new SecureServer({
    certificate: credentials.serving.certificate,
    key: credentials.serving.key,
    clientCertificateAuthority: trust.bundle,
    clock: systemClock,
    listener: apiServer.listener,
    tls: tlsSettings(options),
  });
  const stop = once(async () => {
    trust.stop();
    for (const end of followed) end();
    apiServer.announceStop();
    await clusterParts.stop();
    await pause(options.shutdownDelayDuration * 1000);
    const grace = new AbortController();
    const cancel = systemClock.after(options.shutdownGracePeriod * 1000, () => grace.abort());
    const closed = server.stopAccepting();
    await apiServer.drain(grace.signal);
    // The last answers are still on their way.
    await Promise.race([closed, pause(lastAnswers)]);
    cancel();
    server.destroy();
    await apiServer.stop();
    await parts.audit?.stop();
    await storage.close();
  });
  try {
    const { port } = await server
      .listen({ port: options.securePort ?? 0, bindAddress: options.bindAddress })
      .catch((error: unknown) => {
        throw explainListenError(error, options);
      });
    const { advertised, own: ownAddress, url: shownAddress } = parts.addresses;
    await apiServer.start({ advertiseAddress: advertised, shownAddress, ownAddress, port });
    trust.watch(async () => {
      server.setClientAuthorities(trust.bundle);
      await apiServer.publishTrust();
    });
    if (options.scheduler === true) {
      clusterParts.start('scheduler', (signal) =>
        runInProcessScheduler({
          client: clients.component('kube-scheduler'),
          backend: options.schedulerBackend,
          configuration: parts.schedulerConfiguration,
          lease: opened.shared ? usualLease('kube-scheduler') : undefined,
          metrics: schedulerMetrics,
          signal,
          onError: clusterParts.onError,
        }),
      );
    }
    for (const own of options.ownControllers ?? []) {
      const { onError } = clusterParts;
      const client = clients.ownController(own.name);
      clusterParts.start(own.name, (signal) =>
        own.run({ client, clock: systemClock, random: systemRandom, signal, onError }),
      );
    }
    const { nodes = 0, simulationSeed: seed = 1, nodeRuntime: name = 'simulated' } = options;
    if (nodes > 0) {
      clusterParts.start('nodes', (signal) =>
        runInProcessNodes({
          clients,
          own,
          count: nodes,
          port,
          runtime: { name, seed, images: options.processImages, podBlock: options.processPodCidr },
          signal,
          onError: clusterParts.onError,
        }),
      );
    }
    const metricsClient = clients.ownController('metrics-server');
    if (options.metricsServer === true) {
      clusterParts.start('metrics-server', (signal) =>
        runInProcessMetrics({ own: metrics, client: metricsClient, signal, onError: clusterParts.onError }),
      );
    } else if (!opened.shared) {
      // A server whose audit log is full, say, refuses its own requests too: it is to start all the same.
      await forgetMetrics(metricsClient).catch((error: unknown) =>
        clusterParts.onError(error, 'metrics of an earlier run'),
      );
    }
    if (controllerList !== '') {
      clusterParts.start('controllers', (signal) =>
        runInProcessControllers({
          client: clients.component('kube-controller-manager'),
          clientFor: (account) =>
            account === 'kube-controller-manager'
              ? clients.component(account)
              : clients.serviceAccount('kube-controller-manager', account),
          list: controllerList,
          lease: opened.shared ? usualLease('kube-controller-manager') : undefined,
          settings: clusterSettings({ options, credentials }),
          metrics: queueMetrics,
          signal,
          onError: clusterParts.onError,
        }),
      );
    }
    const { url: address } = parts.addresses;
    const url = `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
    const kubeConfig = renderKubeConfig({
      name: 'portico',
      server: url,
      authority: credentials.servingAuthorities,
      admin: credentials.pki.admin,
      token: credentials.token,
    });
    const kubeConfigPath = options.dataDirectory === undefined ? undefined : join(options.dataDirectory, 'kubeconfig');
    if (kubeConfigPath !== undefined) await writeKubeConfig(kubeConfigPath, kubeConfig);
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    if (options.signal?.aborted === true) {
      // It was told to end while it was starting: nobody would tell it again.
      await stop();
      options.signal.throwIfAborted();
    }
    return {
      url,
      port,
      kubeConfig,
      kubeConfigPath,
      storage: opened.description,
      client: clients.administrator(),
      databaseProcessId: opened.processId,
      stop,
    };
  } catch (error) {
    await clusterParts.stop();
    server.destroy();
    for (const end of followed) end();
    await apiServer.stop();
    throw error;
  }
}

/** Milliseconds for the last bytes of the last answers to leave. */
const lastAnswers = 1_000;

function pause(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => systemClock.after(milliseconds, resolve));
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
