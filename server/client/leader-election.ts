/** One leader among those who hold the same Lease: whoever renews it. Those of other makes take part, as long as they read the record alike. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import { formatMicroTime } from '../apimachinery/meta/time.ts';
import type { Lease } from './api-types.ts';
import { pause } from './backoff.ts';
import { type Client, isNotFound } from './client.ts';
import { leases } from './resource-types.ts';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  /** Milliseconds for which a record counts after it was last seen to change; upstream: 15 s. */
  readonly leaseDuration: number;
  /** Milliseconds for which a leader tries to renew before it gives up; upstream: 10 s. */
  readonly renewDeadline: number;
  /** Milliseconds between attempts; upstream: 2 s. */
  readonly retryPeriod: number;
  /** Leads until it returns or the signal aborts: leadership is lost or no longer wanted. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly onNewLeader: (identity: string) => void;
  readonly onError: (error: unknown, what: string) => void;
}

/** Resolves once leadership is over: aborted, lost, or led to its end. The lease is then given back. */
export async function runLeaderElection(options: LeaderElectionOptions): Promise<void> {
  const election = new LeaderElection(options);
  if (!(await election.acquire())) return;
  const leading = new AbortController();
  const led = options.lead(AbortSignal.any([leading.signal, options.signal]));
  const over = new AbortController();
  const renewed = election.renewUntil(AbortSignal.any([over.signal, options.signal]));
  await Promise.race([led, renewed]);
  leading.abort();
  over.abort();
  await Promise.all([led, renewed]);
  await election.release();
}

class LeaderElection {
  readonly #options: LeaderElectionOptions;
  #observed: Lease | undefined;
  /** Monotonic milliseconds at which the record last changed: clocks of others are not believed. */
  #observedAt = 0;
  #reported: string | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** False: aborted before. */
  async acquire(): Promise<boolean> {
    const { clock, random, signal, retryPeriod } = this.#options;
    while (!signal.aborted) {
      if (await this.#tryOnce()) return true;
      await pause(clock, retryPeriod * (1 + 0.2 * random.fraction()), signal);
    }
    return false;
  }

  /** Resolves when the lease could not be renewed in time, or the signal aborts. */
  async renewUntil(signal: AbortSignal): Promise<void> {
    const { clock, retryPeriod, renewDeadline } = this.#options;
    let renewedAt = clock.monotonic();
    while (!signal.aborted) {
      await pause(clock, retryPeriod, signal);
      if (signal.aborted) return;
      // An answer that never comes must not keep anybody leading.
      const late = new AbortController();
      const cancel = clock.after(renewDeadline - (clock.monotonic() - renewedAt), () => late.abort());
      const isRenewed = await this.#tryOnce(AbortSignal.any([signal, late.signal]));
      cancel();
      if (isRenewed) renewedAt = clock.monotonic();
      else if (clock.monotonic() - renewedAt >= renewDeadline || !this.#isHeldByUs()) return;
    }
  }

  async release(): Promise<void> {
    const { client, clock } = this.#options;
    const held = this.#observed;
    if (held === undefined || !this.#isHeldByUs()) return;
    const now = formatMicroTime(clock.now());
    const spec = { ...held.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
    // Others would only wait longer.
    await client
      .of(leases)
      .update({ ...held, spec })
      .catch(() => undefined);
  }

  #isHeldByUs(): boolean {
    return this.#observed?.spec?.holderIdentity === this.#options.identity;
  }

  async #tryOnce(until?: AbortSignal): Promise<boolean> {
    const { signal, onError } = this.#options;
    try {
      return await this.#acquireOrRenew(until ?? signal);
    } catch (error) {
      if (!signal.aborted) onError(error, 'leader election');
      return false;
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, clock, namespace, name, identity, leaseDuration } = this.#options;
    const resource = client.of(leases);
    const now = formatMicroTime(clock.now());
    const leaseDurationSeconds = Math.ceil(leaseDuration / 1000);
    let present: Lease;
    try {
      present = await resource.get(name, { namespace, signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const spec = {
        holderIdentity: identity,
        leaseDurationSeconds,
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      };
      this.#observe(await resource.create({ metadata: { name, namespace }, spec }, { signal }));
      return true;
    }
    this.#observe(present);
    const held = present.spec ?? {};
    const holder = held.holderIdentity ?? '';
    const isOurs = holder === identity;
    if (!isOurs && holder !== '' && clock.monotonic() < this.#observedAt + leaseDuration) return false;
    const spec = {
      ...held,
      holderIdentity: identity,
      leaseDurationSeconds,
      renewTime: now,
      acquireTime: isOurs ? held.acquireTime : now,
      leaseTransitions: (held.leaseTransitions ?? 0) + (isOurs ? 0 : 1),
    };
    this.#observe(await resource.update({ ...present, spec }, { signal }));
    return true;
  }

  #observe(lease: Lease): void {
    const changed = JSON.stringify(lease.spec) !== JSON.stringify(this.#observed?.spec);
    this.#observed = lease;
    if (changed) this.#observedAt = this.#options.clock.monotonic();
    const holder = lease.spec?.holderIdentity ?? '';
    if (holder === '' || holder === this.#reported) return;
    this.#reported = holder;
    this.#options.onNewLeader(holder);
  }
}
