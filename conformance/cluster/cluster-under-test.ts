/** A cluster whose controllers act: the one that KUBECONFIG names, or a Portico of the tests' own; and a namespace for each claim. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import { Client, isNotFound } from '../../server/client/client.ts';
import { httpsTransport } from '../../server/client/https-transport.ts';
import { readKubeConfig } from '../../server/client/kube-config.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import { namespaces } from '../../server/client/resource-types.ts';
import { seededRandom } from '../seeded-random.ts';
import { testsOwnServer } from '../server-under-test.ts';

export interface ClusterUnderTest {
  readonly client: Client;
  /** A new one, its name made of this. */
  namespace(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function clusterUnderTest(): Promise<ClusterUnderTest> {
  const ended = new AbortController();
  const { client, stop } = await connect(ended.signal);
  const random = seededRandom(Date.now() % 2 ** 31);
  return {
    client,
    async namespace(name) {
      const unique = `${name}-${Math.floor(random() * 1e9).toString(36)}`;
      await client.of(namespaces).create({ metadata: { name: unique } });
      return unique;
    },
    async stop() {
      ended.abort();
      await stop();
    },
  };
}

async function connect(signal: AbortSignal): Promise<{ client: Client; stop: () => Promise<void> }> {
  if (!testsOwnServer()) {
    const kubeConfig = await readKubeConfig(process.env.KUBECONFIG ?? '');
    const transport = httpsTransport({ kubeConfig, clock: systemClock, signal });
    return { client: new Client({ transport, userAgent: 'conformance' }), stop: async () => undefined };
  }
  const { startPortico } = await import('../../server/cmd/start-portico.ts');
  const portico = await startPortico({ storage: 'memory:', controllers: '*' });
  return { client: portico.client, stop: () => portico.stop() };
}

/** Looks until the answer is not undefined or false; the test's own limit ends it. */
export async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let wait = 5; ; wait = Math.min(wait * 1.5, 500)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause(wait);
  }
}

/** Undefined where there is none. */
export async function find<T extends object>(
  client: Client,
  type: ResourceType<T>,
  { name, namespace }: { readonly name: string; readonly namespace?: string },
): Promise<T | undefined> {
  try {
    return await client.of(type).get(name, { namespace });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export async function gone<T extends object>(
  client: Client,
  type: ResourceType<T>,
  place: { readonly name: string; readonly namespace?: string },
): Promise<void> {
  await eventually(async () => (await find(client, type, place)) === undefined);
}
