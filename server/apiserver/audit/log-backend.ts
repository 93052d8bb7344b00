/** Audit events as lines of a file; those of one turn of the event loop are one write. */
import type { AuditBackend, OnAuditLoss } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';

export type AuditLogFormat = 'json' | 'legacy';

export interface LogBackendOptions {
  /** Writes whole lines, at once. @throws Error */
  readonly write: (lines: string) => void;
  readonly format: AuditLogFormat;
  /** The request is to know whether its event is kept: each is a write of its own then. */
  readonly strict: boolean;
  readonly onLoss: OnAuditLoss;
}

/** Characters that wait for the end of a turn at most. */
const gatheredCharacters = 1024 * 1024;

export class LogBackend implements AuditBackend {
  readonly #options: LogBackendOptions;
  #events: AuditEvent[] = [];
  #lines = '';

  constructor(options: LogBackendOptions) {
    this.#options = options;
  }

  process(events: readonly AuditEvent[]): boolean {
    const { format, strict } = this.#options;
    if (this.#events.length === 0 && !strict) setImmediate(() => this.#write());
    for (const event of events) {
      this.#events.push(event);
      this.#lines += `${format === 'json' ? event.json : event.line}\n`;
    }
    return strict || this.#lines.length > gatheredCharacters ? this.#write() : true;
  }

  flush(): Promise<void> {
    this.#write();
    return Promise.resolve();
  }

  #write(): boolean {
    const events = this.#events;
    const lines = this.#lines;
    if (events.length === 0) return true;
    this.#events = [];
    this.#lines = '';
    try {
      this.#options.write(lines);
      return true;
    } catch (error) {
      this.#options.onLoss('log', error, events);
      return false;
    }
  }
}
