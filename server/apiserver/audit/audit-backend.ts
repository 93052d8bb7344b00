/** Where audit events go. A backend that cannot keep them says so, and requests go on unless it is a strict one. */
import type { AuditEvent } from './audit-event.ts';

export interface AuditBackend {
  /** False: they are not kept. A promise only where the request has to wait. Never throws. */
  process(events: readonly AuditEvent[]): boolean | Promise<boolean>;
  /** Resolves when what came so far is kept or given up. */
  flush(): Promise<void>;
}

/** Told of events that were lost. */
export type OnAuditLoss = (plugin: string, error: unknown, events: number) => void;

/** The mode "blocking": requests wait, but do not fail. */
export function ignoringErrors(backend: AuditBackend): AuditBackend {
  return {
    process(events) {
      const kept = backend.process(events);
      return kept instanceof Promise ? kept.then(() => true) : true;
    },
    flush: () => backend.flush(),
  };
}

/** Waits only where one has to. */
export function allKept(answers: ReadonlyArray<boolean | Promise<boolean>>): boolean | Promise<boolean> {
  const waiting = answers.filter((kept) => kept instanceof Promise);
  const isKept = answers.every((kept) => kept !== false);
  return waiting.length === 0 ? isKept : Promise.all(waiting).then((kept) => isKept && kept.every(Boolean));
}

export function unionBackend(backends: readonly AuditBackend[]): AuditBackend {
  const [first] = backends;
  if (first !== undefined && backends.length === 1) return first;
  return {
    process(events) {
      return allKept(backends.map((backend) => backend.process(events)));
    },
    async flush() {
      await Promise.all(backends.map((backend) => backend.flush()));
    },
  };
}
