/** Runs one part of a cluster until the process is told to end. Loaded by the commands that need it. */
import { readFile } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { Client } from '../client/client.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { readKubeConfig } from '../client/kube-config.ts';
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

type OnError = (error: unknown, what: string) => void;

export async function runControllers(flags: ControllersFlags): Promise<void> {
  const { clusterSigningCertFile: certFile, clusterSigningKeyFile: keyFile } = flags;
  const [rootCertificates, certificate, key] = await Promise.all([flags.rootCaFile, certFile, keyFile].map(fileOf));
  const signer =
    certificate === undefined || key === undefined
      ? undefined
      : newCertificateSigner({ certificate, key }, () => systemClock.now());
  const { authority } = await readKubeConfig(flags.kubeconfig);
  const metrics = new QueueMetrics(systemClock);
  await runWith('kube-controller-manager', flags, async (client, signal, onError) => {
    await startComponentServer({ flags, client, clock: systemClock, metrics: () => metrics.render(), signal });
    await runInProcessControllers({
      client,
      clientFor: () => client,
      list: flags.controllers,
      lease: leaseOf(flags, usualLease('kube-controller-manager')),
      settings: {
        rootCertificates: rootCertificates ?? authority,
        signer,
        signAccountToken: undefined,
        clusterCidrs: flags.allocateNodeCidrs ? splitList(flags.clusterCidr) : [],
        cloud: undefined,
      },
      metrics,
      signal,
      onError,
    });
  });
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
  await runWith('kube-scheduler', { kubeconfig }, async (client, signal, onError) => {
    await startComponentServer({ flags, client, clock: systemClock, metrics: () => metrics.render(), signal });
    await runInProcessScheduler({
      client,
      backend: undefined,
      configuration,
      lease: leaseOf({ leaderElect: configuration?.leaderElection.leaderElect ?? true, ...flags }, usual),
      metrics,
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
  what: (client: Client, signal: AbortSignal, onError: OnError) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const kubeConfig = await readKubeConfig(kubeconfig);
  // It outlives the work: a leader gives its lease back.
  const connection = new AbortController();
  const transport = httpsTransport({ kubeConfig, clock: systemClock, signal: connection.signal });
  const client = new Client({ transport, userAgent: `${program}/${porticoVersion()}` });
  // While the server is away nothing else would keep the process alive.
  const { port1: alive } = new MessageChannel();
  alive.ref();
  process.stdout.write(`${program} acts on ${kubeConfig.server}\n`);
  try {
    await what(client, stop.signal, (error, where) => {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`warning: ${where}: ${why}\n`);
    });
  } finally {
    connection.abort();
    alive.close();
  }
}
