/** The metrics server: of a server's own process, where the API server finds it without a Service, or in a process of its own. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { Client } from '../client/client.ts';
import { isAlreadyExists, isNotFound } from '../client/client.ts';
import { readFrontProxyTrust } from '../client/front-proxy.ts';
import { apiServices, clusterRoles } from '../client/resource-types.ts';
import type { MetricsFlags } from './component-flags.ts';
import { servingCertificate } from './component-server.ts';
import { newServingCertificate } from './pki.ts';
import { runWith } from './run-component.ts';

/** As the manifests of metrics-server name it. */
const service = { namespace: 'kube-system', name: 'metrics-server' };
const serviceHost = `${service.name}.${service.namespace}.svc`;
const apiService = 'v1beta1.metrics.k8s.io';
const managedBy = 'app.kubernetes.io/managed-by';

/** Where the metrics server of this process listens, once it does. */
export class OwnMetrics {
  #port: number | undefined;

  readonly at = ({ namespace, name }: typeof service): { host: string; port: number } | undefined =>
    this.#port === undefined || namespace !== service.namespace || name !== service.name
      ? undefined
      : { host: '127.0.0.1', port: this.#port };

  listen(port: number | undefined): void {
    this.#port = port;
  }
}

interface Parts {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves when the signal aborts. */
export async function runInProcessMetrics({ own, ...parts }: Parts & { readonly own: OwnMetrics }): Promise<void> {
  const { client, signal } = parts;
  // A server without it loads none.
  const { startMetricsServer } = await import('../metrics-server/metrics-server.ts');
  const tls = await newServingCertificate([serviceHost]);
  const frontProxies = await readFrontProxyTrust(client);
  const place = { bindAddress: '127.0.0.1', port: 0 };
  own.listen(await startMetricsServer({ ...parts, ...place, clock: systemClock, tls, frontProxies }));
  await register(client);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  own.listen(undefined);
}

/** Whoever brings a metrics server of their own has registered it, and keeps it. */
async function register(client: Client): Promise<void> {
  const spec = {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    service: { ...service, port: 443 },
    // Made anew with every start, and so of this process alone: several on one store trust the connection within theirs.
    insecureSkipTLSVerify: true,
    groupPriorityMinimum: 100,
    versionPriority: 100,
  };
  const labels = { 'k8s-app': 'metrics-server', [managedBy]: 'portico' };
  const rules = [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }];
  const aggregate = (role: string) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true'] as const;
  const readerLabels = { ...labels, ...Object.fromEntries(['admin', 'edit', 'view'].map(aggregate)) };
  const reader = { metadata: { name: 'system:aggregated-metrics-reader', labels: readerLabels }, rules };
  await Promise.all([
    createMissing(() => client.of(apiServices).create({ metadata: { name: apiService, labels }, spec })),
    createMissing(() => client.of(clusterRoles).create(reader)),
  ]);
}

async function createMissing(create: () => Promise<object>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** What an earlier run registered leads nowhere when the metrics server does not run any more. */
export async function forgetMetrics(client: Client): Promise<void> {
  try {
    const { metadata } = await client.of(apiServices).get(apiService);
    if (metadata.labels?.[managedBy] === 'portico') await client.of(apiServices).delete(apiService);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** `portico metrics-server` */
export async function runMetricsServer(flags: MetricsFlags): Promise<void> {
  const { startMetricsServer } = await import('../metrics-server/metrics-server.ts');
  const tls = await servingCertificate(flags, [serviceHost, 'localhost', flags.bindAddress]);
  await runWith('metrics-server', flags, async ({ client, signal, onError }) => {
    const frontProxies = await readFrontProxyTrust(client);
    const { bindAddress, securePort } = flags;
    const place = { bindAddress, port: securePort };
    const port = await startMetricsServer({ ...place, client, clock: systemClock, tls, frontProxies, signal, onError });
    process.stdout.write(`metrics.k8s.io is served at https://${bindAddress}:${port}\n`);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  });
}
