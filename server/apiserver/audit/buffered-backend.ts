/** The mode "batch": events wait in a buffer and leave together, at most so often; what the buffer cannot hold is lost and counted. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { AuditBackend, OnAuditLoss } from './audit-backend.ts';
import type { AuditEvent } from './audit-event.ts';

export interface BatchConfig {
  /** Events. */
  readonly bufferSize: number;
  readonly maxBatchSize: number;
  /** Milliseconds. */
  readonly maxBatchWait: number;
  /** Batches a second, and at once; undefined: without limit. */
  readonly throttle: { readonly qps: number; readonly burst: number } | undefined;
}

export interface BufferedBackendOptions {
  readonly backend: AuditBackend;
  readonly config: BatchConfig;
  readonly clock: Clock;
  readonly onLoss: OnAuditLoss;
}

export class BufferedBackend implements AuditBackend {
  readonly #options: BufferedBackendOptions;
  readonly #underway = new Set<Promise<unknown>>();
  #buffer: AuditEvent[] = [];
  #cancel: (() => void) | undefined;
  /** Batches that may leave now, as of `#countedAt`. */
  #tokens: number;
  #countedAt: number;

  constructor(options: BufferedBackendOptions) {
    this.#options = options;
    this.#tokens = options.config.throttle?.burst ?? Number.POSITIVE_INFINITY;
    this.#countedAt = options.clock.monotonic();
  }

  process(events: readonly AuditEvent[]): boolean {
    const { config, onLoss } = this.#options;
    const room = config.bufferSize - this.#buffer.length;
    for (const event of room >= events.length ? events : events.slice(0, room)) this.#buffer.push(event);
    if (room < events.length) onLoss('buffered', new Error('audit buffer queue blocked'), events.length - room);
    if (this.#buffer.length >= config.maxBatchSize) this.#send();
    else this.#wait(config.maxBatchWait);
    return true;
  }

  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    while (this.#buffer.length > 0) this.#dispatch();
    // Whoever waits to try again gives up with this, so that it comes before the wait.
    await this.#options.backend.flush();
    await Promise.all(this.#underway);
  }

  #wait(milliseconds: number): void {
    this.#cancel ??= this.#options.clock.after(milliseconds, () => {
      this.#cancel = undefined;
      this.#send({ partly: true });
    });
  }

  /** Full batches, and with `partly` what is left over. */
  #send({ partly = false } = {}): void {
    const { maxBatchSize, maxBatchWait } = this.#options.config;
    while (this.#buffer.length >= maxBatchSize || (partly && this.#buffer.length > 0)) {
      const wait = this.#throttled();
      if (wait > 0) {
        this.#cancel?.();
        this.#cancel = undefined;
        this.#wait(wait);
        return;
      }
      this.#dispatch();
    }
    if (this.#buffer.length > 0) this.#wait(maxBatchWait);
  }

  /** Milliseconds until the next batch may leave; 0 takes a token. */
  #throttled(): number {
    const { config, clock } = this.#options;
    if (config.throttle === undefined) return 0;
    const { qps, burst } = config.throttle;
    const now = clock.monotonic();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * qps) / 1000);
    this.#countedAt = now;
    if (this.#tokens < 1) return Math.max(1, ((1 - this.#tokens) * 1000) / qps);
    this.#tokens--;
    return 0;
  }

  #dispatch(): void {
    const batch = this.#buffer.splice(0, this.#options.config.maxBatchSize);
    const kept = this.#options.backend.process(batch);
    if (!(kept instanceof Promise)) return;
    this.#underway.add(kept);
    void kept.finally(() => this.#underway.delete(kept));
  }
}
