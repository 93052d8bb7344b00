/** Runs one part of a cluster until the process is told to end. Loaded by the commands that need it. */
import { readFile } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { Client } from '../client/client.ts';
import { ComponentMetrics } from '../client/component-metrics.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { type KubeConfig, readKubeConfig } from '../client/kube-config.ts';
import { ServiceAccountToken, withToken } from '../client/service-account-token.ts';
import { QueueMetrics } from '../client/queue-metrics.ts';
import { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { newCertificateSigner } from './certificate-signer.ts';
import type { ComponentFlags, ControllersFlags, LeaderElectionFlags, SchedulerFlags } from './component-flags.ts';
import { startComponentServer } from './component-server.ts';
import { runInProcessControllers } from './in-process-controllers.ts';
import { runInProcessScheduler } from './in-process-scheduler.ts';
import { type LeaseSettings, usualLease } from './leading.ts';
import { splitList } from './options.ts';
import { readSchedulerConfigurationFile } from './scheduler-configuration-file.ts';
import { porticoVersion } from './version.ts';

const manager = 'kube-controller-manager';

/** A part of a cluster while it runs. */
export interface RunningComponent {
  readonly client: Client;
  readonly kubeConfig: KubeConfig;
  readonly metrics: ComponentMetrics;
  readonly signal: AbortSignal;
  /** Aborts after the work is over. */
  readonly connection: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

export async function runControllers(flags: ControllersFlags): Promise<void> {
  const { clusterSigningCertFile: certFile, clusterSigningKeyFile: keyFile } = flags;
  const [rootCertificates, certificate, key] = await Promise.all([flags.rootCaFile, certFile, keyFile].map(fileOf));
  const signer =
    certificate === undefined || key === undefined
      ? undefined
      : newCertificateSigner({ certificate, key }, () => systemClock.now());
  const queues = new QueueMetrics(systemClock);
  await runWith(manager, flags, async (component) => {
    const { client, kubeConfig, metrics, signal, onError } = component;
    const { authority } = kubeConfig;
    const render = () => queues.render() + metrics.render();
    await startComponentServer({ flags, client, clock: systemClock, metrics: render, signal });
    await runInProcessControllers({
      client,
      clientFor: flags.useServiceAccountCredentials ? accountClients(component) : () => client,
      list: flags.controllers,
      lease: leaseOf(flags, usualLease(manager)),
      settings: {
        rootCertificates: rootCertificates ?? authority,
        signer,
        signAccountToken: undefined,
        clusterCidrs: flags.allocateNodeCidrs ? splitList(flags.clusterCidr) : [],
        cloud: undefined,
      },
      metrics: queues,
      states: metrics,
      signal,
      onError,
    });
  });
}

/** A client for each account, over one connection that shows nothing but their tokens. */
function accountClients({ client, kubeConfig, metrics, connection }: RunningComponent): (account: string) => Client {
  const bare = { ...kubeConfig, certificate: undefined, key: undefined, token: undefined, tokenFile: undefined };
  const clock = systemClock;
  const transport = metrics.counted(httpsTransport({ kubeConfig: bare, clock, signal: connection }));
  const clients = new Map<string, Client>();
  return (account) => {
    if (account === manager) return client;
    let own = clients.get(account);
    if (own === undefined) {
      const token = new ServiceAccountToken({ client, clock, namespace: 'kube-system', name: account });
      const userAgent = `${manager}/${porticoVersion()} system:serviceaccount:kube-system:${account}`;
      clients.set(account, (own = new Client({ transport: withToken(transport, token), userAgent })));
    }
    return own;
  };
}

function fileOf(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? Promise.resolve(undefined) : readFile(path, 'utf8');
}

export async function runScheduler(flags: SchedulerFlags): Promise<void> {
  const configuration = await readSchedulerConfigurationFile('config', flags.config);
  const kubeconfig = flags.kubeconfig ?? configuration?.kubeconfig;
  if (kubeconfig === undefined) throw new Error('--kubeconfig is needed, or clientConnection.kubeconfig in --config');
  const metrics = new SchedulerMetrics();
  const { resourceNamespace: namespace, resourceName: name, ...times } = configuration?.leaderElection ?? {};
  const configured = { ...usualLease('kube-scheduler'), ...times };
  const usual = namespace === undefined || name === undefined ? configured : { ...configured, namespace, name };
  await runWith('kube-scheduler', { kubeconfig }, async ({ client, metrics: own, signal, onError }) => {
    const render = () => metrics.render() + own.render();
    await startComponentServer({ flags, client, clock: systemClock, metrics: render, signal });
    await runInProcessScheduler({
      client,
      backend: undefined,
      configuration,
      lease: leaseOf({ leaderElect: configuration?.leaderElection.leaderElect ?? true, ...flags }, usual),
      metrics,
      states: own,
      signal,
      onError,
    });
  });
}

/** Undefined: it takes no turns with others. */
function leaseOf(flags: LeaderElectionFlags, usual: LeaseSettings): LeaseSettings | undefined {
  if (flags.leaderElect === false) return undefined;
  const milliseconds = (seconds: number | undefined, otherwise: number) =>
    seconds === undefined ? otherwise : seconds * 1000;
  const lease = {
    namespace: flags.leaderElectResourceNamespace ?? usual.namespace,
    name: flags.leaderElectResourceName ?? usual.name,
    leaseDuration: milliseconds(flags.leaderElectLeaseDuration, usual.leaseDuration),
    renewDeadline: milliseconds(flags.leaderElectRenewDeadline, usual.renewDeadline),
    retryPeriod: milliseconds(flags.leaderElectRetryPeriod, usual.retryPeriod),
  };
  if (lease.leaseDuration <= lease.renewDeadline) throw new Error('leaseDuration must be greater than renewDeadline');
  return lease;
}

/** The work, with a client of the API server that the kubeconfig names, until the process is told to end. */
export async function runWith(
  program: string,
  { kubeconfig }: ComponentFlags,
  what: (component: RunningComponent) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const kubeConfig = await readKubeConfig(kubeconfig);
  // It outlives the work: a leader gives its lease back.
  const connection = new AbortController();
  const metrics = new ComponentMetrics(program, kubeConfig.server);
  const transport = metrics.counted(httpsTransport({ kubeConfig, clock: systemClock, signal: connection.signal }));
  const client = new Client({ transport, userAgent: `${program}/${porticoVersion()}` });
  // While the server is away nothing else would keep the process alive.
  const { port1: alive } = new MessageChannel();
  alive.ref();
  process.stdout.write(`${program} acts on ${kubeConfig.server}\n`);
  try {
    const onError = (error: unknown, where: string) => {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`warning: ${where}: ${why}\n`);
    };
    await what({ client, kubeConfig, metrics, signal: stop.signal, connection: connection.signal, onError });
  } finally {
    connection.abort();
    alive.close();
  }
}
