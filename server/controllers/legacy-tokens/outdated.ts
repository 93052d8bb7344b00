/** Whether a token that was once kept in a Secret for a service account is still of use. Pure. */
import type { Secret, ServiceAccount } from '../../client/api-types.ts';

export const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
export const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since';

export interface TokenFacts {
  readonly secret: Secret;
  readonly account: ServiceAccount | undefined;
  /** The day on which use began to be written down. */
  readonly trackedSince: number;
  readonly isMounted: boolean;
  readonly now: number;
  /** Milliseconds without use after which it goes. */
  readonly period: number;
}

/** `invalidate`: it works no more, and goes after as long again. */
export function fateOf({
  secret,
  account,
  trackedSince,
  isMounted,
  now,
  period,
}: TokenFacts): 'keep' | 'invalidate' | 'delete' {
  const isAutomatic = account?.secrets?.some(({ name }) => name === secret.metadata.name) === true;
  const { labels = {}, creationTimestamp } = secret.metadata;
  if (!isAutomatic || isMounted) return 'keep';
  const dayOf = (label: string) => (labels[label] === undefined ? undefined : Date.parse(labels[label]));
  const used = dayOf(lastUsedLabel) ?? Date.parse(creationTimestamp ?? '');
  const silentFor = now - Math.max(used, trackedSince);
  if (silentFor < period) return 'keep';
  const invalidSince = dayOf(invalidSinceLabel);
  if (invalidSince === undefined || Number.isNaN(invalidSince)) return 'invalidate';
  return now - invalidSince < period ? 'keep' : 'delete';
}
