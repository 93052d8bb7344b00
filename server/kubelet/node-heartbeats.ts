/**
 * Leases and status of all nodes of a kubelet, spread evenly over their intervals: each tick renews the next few, so that thousands
 * of nodes are a steady trickle of writes that share commits, and one timer serves them all.
 */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { formatMicroTime } from '../apimachinery/meta/time.ts';
import type { Lease, Node } from '../client/api-types.ts';
import { type Client, isAlreadyExists, isConflict, isNotFound } from '../client/client.ts';
import { leases, nodes } from '../client/resource-types.ts';
import { HEARTBEATS_IN_FLIGHT, NODE_STATUS_REPORT_INTERVAL, RENEWALS_PER_SECOND } from './limits.ts';

export const leaseNamespace = 'kube-node-lease';

export interface HeartbeatsParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly leaseDurationSeconds: number;
  readonly status: (node: string, before: Node['status']) => NonNullable<Node['status']>;
  /** The Node is not there any more. */
  readonly onGone: (node: string) => void;
  readonly onError: (error: unknown, what: string) => void;
}

interface Beat {
  readonly name: string;
  readonly uid: string;
  lease: Lease | undefined;
  /** Monotonic milliseconds. */
  renewAt: number;
  reportAt: number;
  images: number;
}

/** Milliseconds. */
const tick = 250;

export class NodeHeartbeats {
  readonly #parts: HeartbeatsParts;
  /** In the order in which they are due. */
  readonly #beats = new Map<string, Beat>();
  #inFlight = 0;

  constructor(parts: HeartbeatsParts) {
    this.#parts = parts;
    const run = () => {
      if (parts.signal.aborted) return;
      this.#pump();
      parts.clock.after(tick, run);
    };
    run();
  }

  add(node: Node): void {
    const { name = '', uid = '' } = node.metadata;
    const now = this.#parts.clock.monotonic();
    this.#start(
      { name, uid, lease: undefined, renewAt: now, reportAt: now + NODE_STATUS_REPORT_INTERVAL, images: 0 },
      now,
    );
  }

  /** Its images have changed: the status says so with the next beat. */
  imagesChanged(node: string, images: number): void {
    const beat = this.#beats.get(node);
    if (beat === undefined || beat.images === images) return;
    beat.images = images;
    beat.reportAt = Math.min(beat.reportAt, this.#parts.clock.monotonic() + this.#renewInterval);
  }

  remove(node: string): void {
    this.#beats.delete(node);
  }

  /** A quarter of the lease, as upstream; of very many nodes up to half of it, so that they do not keep the server busy. */
  get #renewInterval(): number {
    const lease = this.#parts.leaseDurationSeconds * 1000;
    return Math.min(lease / 2, Math.max(lease / 4, (this.#beats.size / RENEWALS_PER_SECOND) * 1000));
  }

  #pump(): void {
    const now = this.#parts.clock.monotonic();
    for (const beat of this.#beats.values()) {
      if (this.#inFlight >= HEARTBEATS_IN_FLIGHT || beat.renewAt > now) return;
      this.#start(beat, now);
    }
  }

  #start(beat: Beat, now: number): void {
    // Behind all others, so that the first is always the next.
    this.#beats.delete(beat.name);
    this.#beats.set(beat.name, beat);
    beat.renewAt = now + this.#renewInterval;
    this.#inFlight++;
    void this.#beat(beat, now).finally(() => {
      this.#inFlight--;
      if (!this.#parts.signal.aborted) this.#pump();
    });
  }

  async #beat(beat: Beat, now: number): Promise<void> {
    const { signal, onError, onGone } = this.#parts;
    try {
      await this.#renew(beat);
      if (beat.reportAt > now) return;
      beat.reportAt = now + NODE_STATUS_REPORT_INTERVAL;
      await this.#report(beat.name);
    } catch (error) {
      beat.lease = undefined;
      if (signal.aborted) return;
      if (isNotFound(error)) onGone(beat.name);
      else if (!isConflict(error)) onError(error, `heartbeat of node ${beat.name}`);
    }
  }

  async #renew(beat: Beat): Promise<void> {
    const { client, clock, signal, leaseDurationSeconds } = this.#parts;
    const resource = client.of(leases);
    const renewTime = formatMicroTime(clock.now());
    const { name, uid } = beat;
    if (beat.lease === undefined) {
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
      const spec = { holderIdentity: name, leaseDurationSeconds, renewTime };
      try {
        beat.lease = await resource.create(
          { metadata: { name, namespace: leaseNamespace, ownerReferences }, spec },
          { signal },
        );
        return;
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
        beat.lease = await resource.get(name, { namespace: leaseNamespace, signal });
      }
    }
    const spec = { ...beat.lease.spec, holderIdentity: name, leaseDurationSeconds, renewTime };
    beat.lease = await resource.update({ ...beat.lease, spec }, { signal });
  }

  async #report(name: string): Promise<void> {
    const { client, signal, status } = this.#parts;
    const resource = client.of(nodes);
    const present = await resource.get(name, { resourceVersion: '0', signal });
    await resource.patch(
      name,
      { status: status(name, present.status) },
      { type: 'strategic', subresource: 'status', signal },
    );
  }
}
