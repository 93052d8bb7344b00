/** Writes of resource claims: their devices, and whose they are. */
import type { ClaimAllocation, DeviceClaim, PodInfo } from '../../backends/scheduler/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import type { ResourceClaim } from '../client/api-types.ts';
import { type Client, isConflict } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import type { ObjectSource } from '../client/object-source.ts';
import { resourceClaims } from '../client/resource-types.ts';
import { allocationOf } from './compile/claim-allocation.ts';
import type { ClaimWrites } from './sourced-devices.ts';

const finalizer = 'resource.kubernetes.io/delete-protection';
const attempts = 5;

export interface ClaimWriterParts {
  readonly client: Client;
  readonly claims: Informer<ResourceClaim>;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class ClaimWriter implements ClaimWrites {
  readonly #parts: ClaimWriterParts;

  constructor(parts: ClaimWriterParts) {
    this.#parts = parts;
  }

  async reserve(claim: DeviceClaim, pod: PodInfo, chosen: ClaimAllocation | undefined): Promise<void> {
    const { source, clock } = this.#parts;
    if (chosen !== undefined) await this.#protect(claim);
    await this.#change(claim, (present) => {
      const where = `${claim.namespace}/${claim.name}`;
      if (present.metadata.deletionTimestamp !== undefined)
        throw new Error(`claim ${where} got deleted in the meantime`);
      const { status = {} } = present;
      if (chosen !== undefined && status.allocation !== undefined) {
        throw new Error(`claim ${where} got allocated elsewhere in the meantime`);
      }
      const consumer = { resource: 'pods', name: pod.name, uid: pod.uid };
      return {
        ...status,
        ...(chosen === undefined
          ? {}
          : { allocation: { ...allocationOf(present, chosen, source), allocationTimestamp: formatTime(clock.now()) } }),
        reservedFor: [...(status.reservedFor ?? []), consumer],
      };
    });
  }

  async unreserve(claim: DeviceClaim, pod: PodInfo): Promise<void> {
    await this.#change(claim, ({ status = {} }) => ({
      ...status,
      reservedFor: (status.reservedFor ?? []).filter(({ uid }) => uid !== pod.uid),
    }));
  }

  async deallocate(claim: DeviceClaim): Promise<void> {
    await this.#change(claim, () => ({}));
  }

  /** Devices are given back before the claim may go. */
  async #protect({ namespace, name }: DeviceClaim): Promise<void> {
    const { client, claims, signal } = this.#parts;
    const finalizers = claims.lister.get(name, namespace)?.metadata.finalizers ?? [];
    if (finalizers.includes(finalizer)) return;
    const patch = { metadata: { finalizers: [...finalizers, finalizer] } };
    await client.of(resourceClaims).patch(name, patch, { namespace, signal });
  }

  /** Resolves when the informer has it, so that the next decision counts with it. */
  async #change(
    { namespace, name, uid }: DeviceClaim,
    change: (present: ResourceClaim) => NonNullable<ResourceClaim['status']>,
  ): Promise<void> {
    const { client, claims, signal } = this.#parts;
    const resource = client.of(resourceClaims);
    for (let attempt = 1; ; attempt++) {
      const present = await resource.get(name, { namespace, signal });
      if (present.metadata.uid !== uid) throw new Error(`claim ${namespace}/${name} is another one now`);
      try {
        const written = await resource.update(
          { ...present, status: change(present) },
          { subresource: 'status', signal },
        );
        await claims.seen(written.metadata.resourceVersion ?? '', signal);
        return;
      } catch (error) {
        if (!isConflict(error) || attempt >= attempts) throw error;
      }
    }
  }
}
