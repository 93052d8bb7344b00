/** The server that conformance tests talk to: the one that KUBECONFIG names, or a Portico of their own. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** The suites stand in for those who act on workloads and budgets, so that they hold on a kube-apiserver alone. */
const controllers =
  '*,-deployment,-replicaset,-replicationcontroller,-statefulset,-daemonset,-job,-cronjob,-disruption';

export interface ServerUnderTest {
  /** Path of a kubeconfig with every permission. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** KUBECONFIG is unset or empty. */
export function testsOwnServer(): boolean {
  return !process.env.KUBECONFIG;
}

export async function serverUnderTest(): Promise<ServerUnderTest> {
  if (testsOwnServer()) return ownPortico();
  return { kubeconfig: process.env.KUBECONFIG ?? '', stop: async () => undefined };
}

async function ownPortico(): Promise<ServerUnderTest> {
  // Only when needed: with KUBECONFIG the suite runs without the server's sources.
  const { startPortico } = await import('../server/cmd/start-portico.ts');
  const dataDirectory = await temporaryFolder('portico-conformance');
  const portico = await startPortico({ dataDirectory, storage: process.env.PORTICO_STORAGE, controllers });
  const kubeconfig = join(dataDirectory, 'conformance.kubeconfig');
  await writeFile(kubeconfig, portico.kubeConfig, { mode: 0o600 });
  return {
    kubeconfig,
    async stop() {
      await portico.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
