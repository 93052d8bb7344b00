/** Automatic compaction: at every round the history up to where the store stood an interval before goes. */
import type { Clock } from './clock.ts';

/** As long as upstream keeps history for etcd at least, which compacts it every 5 minutes up to where it stood 5 minutes before. */
export const DEFAULT_COMPACTION_INTERVAL_MS = 300_000;

/** Of an interval: history reaches back an interval and at most one of its rounds more. */
const ROUNDS = 4;

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
  /** Where the store stood at each round of the last interval. Whatever is newer than the first stays readable. */
  readonly #revisions: number[] = [];
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
      this.#cancel = this.#options.clock.after(this.#options.interval / ROUNDS, () => void this.#tick());
    }
  }

  async #tick(): Promise<void> {
    const { currentRevision, compact, onEvent } = this.#options;
    try {
      const revision = await currentRevision();
      this.#revisions.push(revision);
      if (this.#revisions.length > ROUNDS) {
        const before = this.#revisions.shift() ?? 0;
        await compact(before);
        onEvent({ level: 'debug', message: `compacted up to revision ${before}` });
      }
    } catch (error) {
      onEvent({ level: 'warn', message: 'automatic compaction failed', error });
    }
    this.#schedule();
  }
}
