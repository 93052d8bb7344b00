/** The audit trail of a server: which requests are kept, where, and how many were. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { AuditBackend } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { AuditPolicy } from './policy.ts';

export interface AuditTrail {
  readonly policy: AuditPolicy;
  readonly backend: AuditBackend;
  readonly metrics: AuditMetrics;
  readonly clock: Clock;
}

export function keep({ backend, metrics }: AuditTrail, event: AuditEvent): boolean | Promise<boolean> {
  metrics.events++;
  return backend.process([event]);
}
