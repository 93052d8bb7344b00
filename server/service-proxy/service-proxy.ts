/** Leads what is sent to services to their endpoints, as upstream's kube-proxy does: a relay for each address and port of each service. */
import type { OpenRelay, PodNetwork } from '../../backends/runtime/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { InformerFactory } from '../client/informer-factory.ts';
import { joinKey, keyOf, splitKey } from '../client/lister.ts';
import { endpointSlices, serviceCidrs, services } from '../client/resource-types.ts';
import { serviceOf, sliceIndex } from '../client/slice-index.ts';
import { type Front, frontsOf, type Target } from './fronts.ts';
import { LISTEN_RETRY } from './limits.ts';
import { TargetChoice } from './target-choice.ts';

export interface ServiceProxyOptions {
  readonly informers: InformerFactory;
  readonly network: PodNetwork;
  readonly clock: Clock;
  /** Where the API server is reached: there its own service leads, where that is this machine alone or it has no endpoints. */
  readonly apiServer: Target;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

interface OpenFront {
  readonly choice: TargetChoice;
  readonly relay: OpenRelay;
}

export class ServiceProxy {
  readonly #options: ServiceProxyOptions;
  /** By service, by front. */
  readonly #open = new Map<string, Map<string, OpenFront>>();
  /** Services that have changed, in the order in which they did. */
  readonly #due = new Set<string>();
  #isWorking = false;
  /** Nobody can listen on an address before it is this machine's. */
  #addresses: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
  }

  /** Until the signal aborts. */
  start(): void {
    const { informers, network, onError, signal } = this.#options;
    const due = (service: string) => this.#isDue(service);
    informers.of(serviceCidrs).addHandlers({
      added: ({ spec }) => {
        for (const cidr of spec?.cidrs ?? []) {
          if (!cidr.includes('.')) continue;
          const owned = network.ownAddresses(cidr).catch((error: unknown) => onError(error, `services of ${cidr}`));
          this.#addresses = Promise.all([this.#addresses, owned]);
        }
      },
    });
    informers.of(services).addHandlers({
      added: (service) => due(keyOf(service)),
      updated: (_before, service) => due(keyOf(service)),
      deleted: (service) => due(keyOf(service)),
    });
    const slices = informers.of(endpointSlices);
    slices.addIndexes(sliceIndex);
    slices.addHandlers({
      added: (slice) => due(serviceOf(slice)),
      updated: (_before, slice) => due(serviceOf(slice)),
      deleted: (slice) => due(serviceOf(slice)),
    });
    signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  #isDue(service: string): void {
    this.#due.add(service);
    if (this.#isWorking || this.#options.signal.aborted) return;
    this.#isWorking = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    const { signal, onError, clock, informers } = this.#options;
    await informers.of(serviceCidrs).synced;
    for (const service of this.#due) {
      await this.#addresses;
      this.#due.delete(service);
      try {
        await this.#sync(service);
      } catch (error) {
        onError(error, `service ${service}`);
        clock.after(LISTEN_RETRY, () => this.#isDue(service));
      }
      if (signal.aborted) break;
    }
    this.#isWorking = false;
    if (signal.aborted) this.#stop();
  }

  /** @throws RuntimeError of the first relay that could not be made; the others are there */
  async #sync(key: string): Promise<void> {
    const { clock, network } = this.#options;
    const open = this.#open.get(key) ?? new Map<string, OpenFront>();
    this.#open.set(key, open);
    const wanted = new Map(this.#frontsOf(key).map((front) => [nameOf(front), front] as const));
    for (const [name, { relay }] of open) {
      if (wanted.has(name)) continue;
      open.delete(name);
      relay.close();
    }
    const failures: unknown[] = [];
    for (const [name, front] of wanted) {
      const known = open.get(name);
      if (known !== undefined) {
        if (known.choice.update(front)) known.relay.choosesAnew();
        continue;
      }
      const choice = new TargetChoice(front, clock);
      const { protocol, address, port } = front;
      try {
        const relay = await network.relay({ protocol, address, port, choose: (client) => choice.choose(client) });
        open.set(name, { choice, relay });
      } catch (error) {
        failures.push(error);
      }
    }
    if (open.size === 0) this.#open.delete(key);
    if (failures.length > 0) throw failures[0];
  }

  #frontsOf(key: string): Front[] {
    const { informers, network, apiServer } = this.#options;
    const { namespace, name } = splitKey(key);
    const service = informers.of(services).lister.get(name, namespace);
    if (service === undefined) return [];
    const slices = informers.of(endpointSlices).lister.byIndex('service', key);
    const fronts = frontsOf(service, { slices, nodeAddresses: [network.gateway, '127.0.0.1'] });
    if (key !== joinKey('kubernetes', 'default')) return fronts;
    if (fronts.length > 0 && !isLoopback(apiServer.address)) return fronts;
    // A server that is reached by loopback may listen nowhere else, whatever its endpoints say.
    const { clusterIP = '', ports = [] } = service.spec ?? {};
    const same = { protocol: 'TCP', targets: [apiServer], affinitySeconds: 0 } as const;
    return ports.map(({ port }) => ({ address: clusterIP, port, ...same }));
  }

  #stop(): void {
    for (const fronts of this.#open.values()) for (const { relay } of fronts.values()) relay.close();
    this.#open.clear();
  }
}

function nameOf({ protocol, address, port }: Front): string {
  return `${protocol} ${address}:${port}`;
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}
