/** --audit-…-truncate-enabled: events that are too large lose their objects, batches that are too large are parted. */
import { allKept, type AuditBackend, type OnAuditLoss } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';

export interface TruncateLimits {
  /** Bytes. */
  readonly maxEventSize: number;
  readonly maxBatchSize: number;
}

export function truncatingBackend(
  backend: AuditBackend,
  { maxEventSize, maxBatchSize }: TruncateLimits,
  onLoss: OnAuditLoss,
): AuditBackend {
  const sizeOf = (event: AuditEvent) => Buffer.byteLength(event.json) + 1;
  const fitting = (event: AuditEvent) =>
    sizeOf(event) > maxEventSize && event.hasObjects ? event.withoutObjects() : event;
  return {
    process(events) {
      const lost: AuditEvent[] = [];
      const batches: AuditEvent[][] = [];
      let size = Number.POSITIVE_INFINITY;
      for (const event of events.map(fitting)) {
        const bytes = sizeOf(event);
        if (bytes > maxEventSize) {
          lost.push(event);
          continue;
        }
        if (size + bytes > maxBatchSize) {
          batches.push([]);
          size = 0;
        }
        batches.at(-1)?.push(event);
        size += bytes;
      }
      if (lost.length > 0) onLoss('truncate', new Error('event is too large even after truncating'), lost.length);
      return allKept(batches.map((batch) => backend.process(batch)));
    },
    flush: () => backend.flush(),
  };
}
