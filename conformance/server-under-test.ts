/** The server that conformance tests talk to: the one that KUBECONFIG names, or a Portico of their own. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerUnderTest {
  /** Path of a kubeconfig with every permission. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** The part of the library that is needed here. */
interface Portico {
  readonly kubeConfigPath: string;
  stop(): Promise<void>;
}
type StartPortico = (options: { storage: string; dataDirectory: string; port: number }) => Promise<Portico>;

const LIBRARY = new URL('../server/cmd/start-portico.ts', import.meta.url);

export async function serverUnderTest(): Promise<ServerUnderTest> {
  const { KUBECONFIG } = process.env;
  if (KUBECONFIG !== undefined && KUBECONFIG !== '') return { kubeconfig: KUBECONFIG, stop: async () => undefined };
  return ownPortico();
}

/** Why there is nothing to test, or undefined. */
export function noServerReason(): string | undefined {
  if (process.env.KUBECONFIG || existsSync(LIBRARY)) return undefined;
  return 'KUBECONFIG is not set, and this checkout has no server/cmd/start-portico.ts';
}

async function ownPortico(): Promise<ServerUnderTest> {
  const { startPortico } = (await import(LIBRARY.href)) as { startPortico: StartPortico };
  const dataDirectory = await mkdtemp(join(tmpdir(), 'portico-conformance-'));
  const storage = process.env.PORTICO_STORAGE ?? `embedded:${join(dataDirectory, 'postgres')}`;
  const portico = await startPortico({ storage, dataDirectory, port: 0 });
  return {
    kubeconfig: portico.kubeConfigPath,
    async stop() {
      await portico.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
