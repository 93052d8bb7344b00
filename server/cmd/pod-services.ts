/** What pods with a network of their own find there: services at their addresses, and names. */
import type { PodNetwork } from '../../backends/runtime/interface.ts';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { Client } from '../client/client.ts';
import { InformerFactory } from '../client/informer-factory.ts';

export interface PodServicesParts {
  readonly network: PodNetwork;
  readonly client: Client;
  /** Where the API server is reached from here. */
  readonly apiServer: { readonly address: string; readonly port: number };
  readonly domain: string;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** Until the signal aborts. */
export async function servePods({
  network,
  client,
  apiServer,
  domain,
  signal,
  onError,
}: PodServicesParts): Promise<void> {
  const [{ ServiceProxy }, { startClusterDns }] = await Promise.all([
    import('../service-proxy/service-proxy.ts'),
    import('../cluster-dns/dns-server.ts'),
  ]);
  const clock = systemClock;
  const informers = new InformerFactory({ client, clock, random: systemRandom, signal, onError });
  new ServiceProxy({ informers, network, clock, apiServer, signal, onError }).start();
  const address = network.gateway;
  await startClusterDns({ informers, domain, address, clock, signal }).catch((error: unknown) =>
    onError(error, `names of the cluster at ${address}`),
  );
}
