/** Automatic compaction: at every round the history up to where the store stood at the round before goes. */
import type { Clock } from './clock.ts';

/** Upstream's default for etcd: every 5 minutes, so that history reaches back 5 to 10 minutes. */
export const DEFAULT_COMPACTION_INTERVAL_MS = 300_000;

export interface CompactionScheduleOptions {
  readonly clock: Clock;
  /** Milliseconds; 0: never. */
  readonly interval: number;
  readonly currentRevision: () => Promise<number>;
  readonly compact: (revision: number) => Promise<void>;
  readonly onEvent: (event: {
    readonly level: 'debug' | 'warn';
    readonly message: string;
    readonly error?: unknown;
  }) => void;
}

export class CompactionSchedule {
  readonly #options: CompactionScheduleOptions;
  #cancel: (() => void) | undefined;
  /** Whatever is newer stays readable for an interval at least. */
  #revisionBefore: number | undefined;
  #closed = false;

  constructor(options: CompactionScheduleOptions) {
    this.#options = options;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#options.interval > 0 && !this.#closed) {
      this.#cancel = this.#options.clock.after(this.#options.interval, () => void this.#tick());
    }
  }

  async #tick(): Promise<void> {
    const { currentRevision, compact, onEvent } = this.#options;
    try {
      const revision = await currentRevision();
      if (this.#revisionBefore !== undefined) {
        await compact(this.#revisionBefore);
        onEvent({ level: 'debug', message: `compacted up to revision ${this.#revisionBefore}` });
      }
      this.#revisionBefore = revision;
    } catch (error) {
      onEvent({ level: 'warn', message: 'automatic compaction failed', error });
    }
    this.#schedule();
  }
}
