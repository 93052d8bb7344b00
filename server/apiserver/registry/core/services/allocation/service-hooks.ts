/** What happens around the writes of Services: addresses and ports are taken before, and let go after. */
import { asObject, asTexts } from '../../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import { StatusError } from '../../../../../apimachinery/errors/status-error.ts';
import type { StrategyContext } from '../../../generic/resource-definition.ts';
import type { GenericStore } from '../../../generic/store.ts';
import type { PendingWrite, StoreHooks } from '../../../generic/store-hooks.ts';
import { ownWriteOptions } from '../../../own-writes.ts';
import type { AddressAllocator } from '../allocator/address-allocator.ts';
import { ClaimTransaction } from '../allocator/claim-transaction.ts';
import type { PortAllocator } from '../allocator/port-allocator.ts';
import { normalizeClusterIps, patchAllocatedValues } from '../allocated-fields.ts';
import { allocateClusterIps, updateClusterIps } from './cluster-ips.ts';
import { settleFamilies } from './ip-families.ts';
import { specInOrder } from './spec-order.ts';
import { allocateNodePorts, heldNodePorts, updateNodePorts } from './node-ports.ts';

export interface ServiceHooksParts {
  readonly addresses: AddressAllocator;
  readonly ports: PortAllocator;
  readonly endpoints: GenericStore;
  readonly onTrouble: (error: unknown) => void;
}

export class ServiceHooks implements StoreHooks {
  readonly #parts: ServiceHooksParts;

  constructor(parts: ServiceHooksParts) {
    this.#parts = parts;
  }

  beginCreate(service: KubeObject, context: StrategyContext): Promise<PendingWrite> {
    const { addresses, ports } = this.#parts;
    normalizeClusterIps(service, undefined);
    settleFamilies(service, undefined, addresses.families);
    return this.#allocate(service, context, (transaction) => [
      allocateClusterIps({ service, addresses, transaction }),
      allocateNodePorts(service, ports.begin(transaction)),
    ]);
  }

  beginUpdate(service: KubeObject, old: KubeObject, context: StrategyContext): Promise<PendingWrite> {
    const { addresses, ports } = this.#parts;
    const before = asObject(old.spec);
    patchAllocatedValues(service, old);
    normalizeClusterIps(service, old);
    settleFamilies(service, before, addresses.families);
    return this.#allocate(service, context, (transaction) => [
      updateClusterIps({ service, addresses, transaction }, before),
      updateNodePorts(service, before, ports.begin(transaction)),
    ]);
  }

  async afterDelete(service: KubeObject, context: StrategyContext): Promise<void> {
    if (context.dryRun) return;
    const spec = asObject(service.spec);
    const transaction = this.#transaction(service, context);
    if (spec.type !== 'ExternalName') {
      for (const ip of asTexts(spec.clusterIPs)) this.#parts.addresses.releaseOnCommit(ip, transaction);
    }
    const ports = this.#parts.ports.begin(transaction);
    for (const port of heldNodePorts(spec)) ports.releaseOnCommit(port);
    await Promise.all([transaction.commit(), this.#deleteEndpoints(service, context)]);
  }

  /** Addresses and ports are independent: both are asked for at once, and an error of the addresses counts first. */
  async #allocate(
    service: KubeObject,
    context: StrategyContext,
    start: (transaction: ClaimTransaction) => readonly Promise<void>[],
  ): Promise<PendingWrite> {
    const transaction = this.#transaction(service, context);
    const failed = (await Promise.allSettled(start(transaction))).find((result) => result.status === 'rejected');
    if (failed === undefined) {
      service.spec = specInOrder(asObject(service.spec));
      return transaction;
    }
    await transaction.revert();
    throw failed.reason;
  }

  #transaction(service: KubeObject, { namespace, dryRun }: StrategyContext): ClaimTransaction {
    const { name = '', namespace: own = namespace } = service.metadata;
    return new ClaimTransaction({ owner: { namespace: own, name }, dryRun, onTrouble: this.#parts.onTrouble });
  }

  /** Or a new service of the same name would have them until their controller notices. */
  async #deleteEndpoints(service: KubeObject, context: StrategyContext): Promise<void> {
    const { endpoints, onTrouble } = this.#parts;
    const { name = '', namespace = '' } = service.metadata;
    if (endpoints.cache.get(endpoints.key(namespace, name)) === undefined) return;
    try {
      await endpoints.delete(name, {}, ownWriteOptions(context, namespace));
    } catch (error) {
      if (!(error instanceof StatusError && error.status.code === 404)) onTrouble(error);
    }
  }
}
