/**
 * What services need beside requests: the default ServiceCIDR, the kubernetes service and its endpoints, and the repair of
 * claims, once before the server is ready and then from time to time.
 */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { PortRange } from '../registry/core/services/allocator/port-range.ts';
import type { IpFamily } from '../registry/core/services/allocator/address-range.ts';
import { services } from '../registry/core/services/definition.ts';
import { claimedAddresses, claimedPorts } from '../registry/core/services/repair/claimed-values.ts';
import { ClaimRepair } from '../registry/core/services/repair/claim-repair.ts';
import { completeOldServices } from '../registry/core/services/repair/old-services.ts';
import { newServiceAllocation, type ServiceAllocation } from '../registry/core/services/service-allocation.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import type { GenericStore } from '../registry/generic/store.ts';
import type { StoreHooks } from '../registry/generic/store-hooks.ts';
import { serviceCidrs } from '../registry/networking/servicecidrs/definition.ts';
import { DefaultServiceCidr } from './default-service-cidr.ts';
import { everyInterval } from './interval.ts';
import { canBeEndpoint, KubernetesEndpoints } from './kubernetes-endpoints.ts';
import { createKubernetesService } from './kubernetes-service.ts';
import { CLAIM_REPAIR_INTERVAL_MS, KUBERNETES_SERVICE_INTERVAL_MS } from './limits.ts';
import { MasterLeases, masterLeases } from './master-leases.ts';
import { warningRecorder } from './own-events.ts';
import type { OwnObjectsOptions } from './own-objects.ts';

/** Of --service-cluster-ip-range and --service-node-port-range. */
export interface ServiceRangeOptions {
  readonly cidrs: readonly string[];
  readonly families: readonly IpFamily[];
  /** The kubernetes service's. */
  readonly firstAddress: string;
  readonly nodePorts: PortRange;
}

export interface ServiceNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly ranges: ServiceRangeOptions;
  readonly scopeOf: OwnObjectsOptions['scopeOf'];
  readonly storeOf: (definition: ResourceDefinition) => GenericStore;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

export class ServiceNetwork {
  readonly #options: ServiceNetworkOptions;
  #made: ServiceAllocation | undefined;
  #endpoints: KubernetesEndpoints | undefined;

  constructor(options: ServiceNetworkOptions) {
    this.#options = options;
  }

  hooksOf(definition: ResourceDefinition): StoreHooks | undefined {
    return definition === services ? this.#allocation.hooks : undefined;
  }

  /** Stores are made on first use, and the services' own needs this. */
  get #allocation(): ServiceAllocation {
    const { storeOf, clock, random, ranges, onTrouble } = this.#options;
    const { families, nodePorts } = ranges;
    this.#made ??= newServiceAllocation({ storeOf, clock, random, families, nodePorts, onTrouble });
    return this.#made;
  }

  /** Namespaces are there already. */
  async start({ advertiseAddress, port }: { advertiseAddress: string; port: number }): Promise<void> {
    const { clock, random, scopeOf, storeOf, ranges, signal, onTrouble } = this.#options;
    const own = { clock, random, scopeOf };
    const range = new DefaultServiceCidr({
      store: storeOf(serviceCidrs),
      cidrs: ranges.cidrs,
      record: warningRecorder('kubernetes-service-cidr-controller', own),
      clock,
      random,
    });
    const allocation = this.#allocation;
    const repair = new ClaimRepair({
      values: [
        claimedAddresses(allocation, warningRecorder('ipallocator-repair-controller', own)),
        claimedPorts(allocation, ranges.nodePorts, warningRecorder('portallocator-repair-controller', own)),
      ],
      services: storeOf(services),
      clock,
      onTrouble,
    });
    await range.sync();
    await completeOldServices({ store: storeOf(services), families: ranges.families, clock, random });
    await repair.run();
    repair.watch();
    const sync = async () => {
      await range.sync();
      await this.#createKubernetesService(port);
      await this.#endpoints?.reconcile();
    };
    if (canBeEndpoint(advertiseAddress)) {
      const leases = new MasterLeases(storeOf(masterLeases), { clock, random });
      this.#endpoints = new KubernetesEndpoints({ ...own, leases, address: advertiseAddress, port });
    }
    await sync().catch(onTrouble);
    everyInterval(sync, { clock, interval: KUBERNETES_SERVICE_INTERVAL_MS, signal, onTrouble });
    everyInterval(() => repair.run(), { clock, interval: CLAIM_REPAIR_INTERVAL_MS, signal, onTrouble });
  }

  /** A range that has no such address, or one that somebody has, is no reason not to serve. */
  async #createKubernetesService(port: number): Promise<void> {
    const { clock, random, scopeOf, ranges, onTrouble } = this.#options;
    try {
      await createKubernetesService({ clock, random, scopeOf, serviceAddress: ranges.firstAddress, port });
    } catch (error) {
      const holder = this.#allocation.addressClaims.holderOf(ranges.firstAddress);
      // Another server that starts is about to make it.
      if (holder?.namespace !== 'default' || holder.name !== 'kubernetes') onTrouble(error);
    }
  }

  /** Clients are not to be sent here any more. */
  async leave(): Promise<void> {
    await this.#endpoints?.leave().catch(this.#options.onTrouble);
  }
}
