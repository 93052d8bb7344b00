/**
 * Which API servers are there: each keeps an object named after its address and writes it anew before the others would take
 * it for dead. Nobody compares clocks: a lease counts as long as this server has seen it change within its duration.
 */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { formatMicroTime } from '../../apimachinery/meta/time.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import type { GenericStore } from '../registry/generic/store.ts';
import { tableOf } from '../registry/generic/table/column.ts';
import { ownWriteOptions } from '../registry/own-writes.ts';
import { MASTER_LEASE_MS } from './limits.ts';

export const masterLeases: ResourceDefinition = {
  group: 'internal.portico',
  resource: 'masterleases',
  singular: 'masterlease',
  kind: 'MasterLease',
  namespaced: false,
  // A Lease has all that is needed: a holder and a renewal time.
  versions: [{ version: 'v1', type: 'io.k8s.api.coordination.v1.Lease', storage: true, servedByDefault: false }],
  // Addresses of either family.
  strategy: { validateName: () => [] },
  table: tableOf([]),
};

interface Seen {
  readonly revision: number;
  /** By this server's monotonic clock. */
  readonly at: number;
}

export class MasterLeases {
  readonly #store: GenericStore;
  readonly #sources: { readonly clock: Clock; readonly random: Random };
  readonly #seen = new Map<string, Seen>();

  constructor(store: GenericStore, sources: { clock: Clock; random: Random }) {
    this.#store = store;
    this.#sources = sources;
  }

  async renew(address: string): Promise<void> {
    const renewTime = formatMicroTime(this.#sources.clock.now());
    const spec = { holderIdentity: address, leaseDurationSeconds: MASTER_LEASE_MS / 1000, renewTime };
    await this.#store.update(address, (old) => ({ ...(old ?? { metadata: { name: address } }), spec }), {
      ...ownWriteOptions(this.#sources),
      allowCreate: true,
      isPatch: true,
    });
  }

  async remove(address: string): Promise<void> {
    try {
      await this.#store.delete(address, {}, ownWriteOptions(this.#sources));
    } catch (error) {
      if (!(error instanceof StatusError && error.status.code === 404)) throw error;
    }
  }

  /** Addresses of the servers that are there, in order; leases of dead ones are cleared away. */
  async alive(): Promise<string[]> {
    const now = this.#sources.clock.monotonic();
    const { items } = await this.#store.cache.list({});
    const alive: string[] = [];
    for (const { name, revision } of items) {
      const seen = this.#seen.get(name);
      if (seen?.revision !== revision) this.#seen.set(name, { revision, at: now });
      else if (now - seen.at > MASTER_LEASE_MS) {
        this.#seen.delete(name);
        await this.remove(name);
        continue;
      }
      alive.push(name);
    }
    return alive;
  }
}
