/** Automatic compaction, and the removal of history that compaction has freed. */
import type { Clock } from '../clock.ts';
import { failureKind } from './database-error.ts';
import type { OnEvent } from './options.ts';
import type { ReadPool } from './read-pool.ts';
import type { Statements } from './statements.ts';

export interface CompactorOptions {
  readonly pool: ReadPool;
  readonly statements: Statements;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
  /** Milliseconds; 0: never. */
  readonly interval: number;
  readonly currentRevision: () => Promise<number>;
  readonly compact: (revision: number) => Promise<void>;
}

export class Compactor {
  readonly #options: CompactorOptions;
  #cancel: (() => void) | undefined;
  /** Where the store stood one interval ago: whatever is newer stays readable for an interval at least. */
  #revisionBefore: number | undefined;
  #closed = false;

  constructor(options: CompactorOptions) {
    this.#options = options;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Truncates the segments that hold nothing but compacted revisions; one that is in use is left for next time. */
  async dropHistory(): Promise<void> {
    const { pool, statements, onEvent } = this.#options;
    try {
      for (const [segment] of await pool.run(statements.droppableSegments, [])) {
        await pool.run(statements.dropSegment, [segment ?? null]);
      }
    } catch (error) {
      const busy = failureKind(error instanceof Error ? error.cause : error) === 'refused';
      onEvent({ level: busy ? 'debug' : 'warn', message: 'compacted history could not be dropped yet', error });
    }
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
