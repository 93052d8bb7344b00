/** Who of several processes runs the controllers: the holder of upstream's lease, ours or theirs. */
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import type { Client } from '../client/client.ts';
import { runLeaderElection } from '../client/leader-election.ts';

export interface LeadingParts {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly onNewLeader?: (identity: string) => void;
  readonly onError: (error: unknown, what: string) => void;
}

/** Leads whenever it can, until the signal aborts. */
export async function leadAsControllerManager({
  client,
  signal,
  lead,
  onNewLeader,
  onError,
}: LeadingParts): Promise<void> {
  while (!signal.aborted) {
    await runLeaderElection({
      client,
      clock: systemClock,
      random: systemRandom,
      signal,
      namespace: 'kube-system',
      name: 'kube-controller-manager',
      identity: `${hostname()}_${randomUUID()}`,
      leaseDuration: 15_000,
      renewDeadline: 10_000,
      retryPeriod: 2_000,
      lead,
      onNewLeader: onNewLeader ?? (() => undefined),
      onError,
    });
  }
}
