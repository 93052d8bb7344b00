/** A Portico of the benchmark's own: a process beside us, embedded database, temporary folder. */
import { rm } from 'node:fs/promises';
import { databaseProcess } from '../conformance/embedded-database.ts';
import { PorticoProcess } from '../conformance/portico-process.ts';
import { temporaryFolder } from '../conformance/temporary-folder.ts';

export interface OwnServer {
  readonly kubeconfig: string;
  readonly processes: readonly number[];
  stop(): Promise<void>;
}

export async function startOwnServer(): Promise<OwnServer> {
  const dataDirectory = await temporaryFolder('portico-bench');
  const portico = await PorticoProcess.start({ dataDirectory });
  return {
    kubeconfig: portico.kubeconfig,
    processes: [portico.pid, await databaseProcess(dataDirectory)],
    async stop() {
      await portico.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
