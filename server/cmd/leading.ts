/** Which of several processes acts: the holder of upstream's lease for that part, ours or theirs. */
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { ComponentMetrics } from '../client/component-metrics.ts';
import type { Client } from '../client/client.ts';
import { runLeaderElection } from '../client/leader-election.ts';

export interface LeadingParts {
  readonly client: Client;
  /** Its namespace and name, and how long it counts. */
  readonly lease: LeaseSettings;
  readonly signal: AbortSignal;
  readonly lead: (signal: AbortSignal) => Promise<void>;
  /** Told whether this process leads. */
  readonly states?: Pick<ComponentMetrics, 'leads'> | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds, as upstream's flags mean them. */
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
}

export function usualLease(name: 'kube-controller-manager' | 'kube-scheduler'): LeaseSettings {
  return { namespace: 'kube-system', name, leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };
}

/** Leads whenever it can, until the signal aborts. */
export async function leadWithLease({ client, lease, signal, lead, onError, states }: LeadingParts): Promise<void> {
  const leads = async (until: AbortSignal): Promise<void> => {
    states?.leads(lease.name, true);
    try {
      await lead(until);
    } finally {
      states?.leads(lease.name, false);
    }
  };
  states?.leads(lease.name, false);
  while (!signal.aborted) {
    await runLeaderElection({
      client,
      clock: systemClock,
      random: systemRandom,
      signal,
      ...lease,
      identity: `${hostname()}_${randomUUID()}`,
      lead: leads,
      onNewLeader: () => undefined,
      onError,
    });
  }
}
