/** Audit events as lines of a file; those of a few milliseconds are one write. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { AuditBackend, OnAuditLoss } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';

export type AuditLogFormat = 'json' | 'legacy';

export interface LogBackendOptions {
  /** Writes whole lines, at once: the bytes are used again. @throws Error */
  readonly write: (lines: Buffer) => void;
  readonly format: AuditLogFormat;
  /** The request is to know whether its event is kept: each is a write of its own then. */
  readonly strict: boolean;
  readonly clock: Clock;
  readonly onLoss: OnAuditLoss;
}

/** Milliseconds in which lines gather: a write for each costs more than all else that the trail does. */
const gathering = 10;
/** Bytes that gather at most. */
const gatheredBytes = 256 * 1024;
/** Bytes of a character at most. */
const widest = 3;

/** Lines become bytes as they come: texts that wait would outlive the objects of their requests, and be moved by each collection. */
export class LogBackend implements AuditBackend {
  readonly #options: LogBackendOptions;
  #bytes: Buffer | undefined;
  #length = 0;
  #events = 0;

  constructor(options: LogBackendOptions) {
    this.#options = options;
  }

  process(events: readonly AuditEvent[]): boolean {
    const { format, strict, clock } = this.#options;
    let isKept = true;
    if (this.#events === 0 && !strict) clock.after(gathering, () => this.#write());
    for (const event of events) isKept = this.#add(format === 'json' ? event.json : event.line) && isKept;
    return strict ? this.#write() && isKept : isKept;
  }

  flush(): Promise<void> {
    this.#write();
    return Promise.resolve();
  }

  #add(line: string): boolean {
    const most = line.length * widest + 1;
    const isKept = this.#length + most > gatheredBytes ? this.#write() : true;
    if (most > gatheredBytes) return this.#keep(Buffer.from(`${line}\n`), 1) && isKept;
    this.#bytes ??= Buffer.allocUnsafeSlow(gatheredBytes);
    this.#length += this.#bytes.write(line, this.#length);
    this.#bytes[this.#length++] = 0x0a;
    this.#events++;
    return isKept;
  }

  #write(): boolean {
    if (this.#bytes === undefined || this.#events === 0) return true;
    const lines = this.#bytes.subarray(0, this.#length);
    const events = this.#events;
    this.#length = 0;
    this.#events = 0;
    return this.#keep(lines, events);
  }

  #keep(lines: Buffer, events: number): boolean {
    try {
      this.#options.write(lines);
      return true;
    } catch (error) {
      this.#options.onLoss('log', error, events);
      return false;
    }
  }
}
