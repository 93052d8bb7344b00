/** Runs one part of a cluster until the process is told to end. Loaded by the commands that need it. */
import { readFile } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { Client } from '../client/client.ts';
import { httpsTransport } from '../client/https-transport.ts';
import { readKubeConfig } from '../client/kube-config.ts';
import { QueueMetrics } from '../client/queue-metrics.ts';
import { SchedulerMetrics } from '../scheduler/scheduler-metrics.ts';
import { openRuntime } from './backends.ts';
import { newCertificateSigner } from './certificate-signer.ts';
import type { ComponentFlags, ControllersFlags, NodeFlags, SchedulerFlags } from './component-flags.ts';
import { runInProcessControllers } from './in-process-controllers.ts';
import { runInProcessScheduler } from './in-process-scheduler.ts';
import { nodeNames, runNodes } from './nodes.ts';
import { splitList } from './options.ts';
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
  await run('kube-controller-manager', flags, (client, signal, onError) =>
    runInProcessControllers({
      client,
      clientFor: () => client,
      list: flags.controllers,
      shared: flags.leaderElect,
      settings: {
        rootCertificates: rootCertificates ?? authority,
        signer,
        signAccountToken: undefined,
        clusterCidrs: flags.allocateNodeCidrs ? splitList(flags.clusterCidr) : [],
        cloud: undefined,
      },
      metrics: new QueueMetrics(systemClock),
      signal,
      onError,
    }),
  );
}

function fileOf(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? Promise.resolve(undefined) : readFile(path, 'utf8');
}

export async function runScheduler(flags: SchedulerFlags): Promise<void> {
  await run('kube-scheduler', flags, (client, signal, onError) =>
    runInProcessScheduler({
      client,
      backend: undefined,
      shared: flags.leaderElect,
      metrics: new SchedulerMetrics(),
      signal,
      onError,
    }),
  );
}

export async function runNode(flags: NodeFlags): Promise<void> {
  const { nodes, hostnameOverride, simulationSeed: seed } = flags;
  const names = hostnameOverride === undefined ? nodeNames(nodes) : [hostnameOverride];
  await run('kubelet', flags, async (client, signal, onError) =>
    runNodes({
      client,
      own: undefined,
      names,
      runtime: await openRuntime({ name: 'simulated', seed }),
      signal,
      onError,
    }),
  );
}

async function run(
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
