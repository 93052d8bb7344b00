/** Removes the history that compaction has freed. */
import { failureKind } from './database-error.ts';
import type { OnEvent } from './options.ts';
import type { ReadPool } from './read-pool.ts';
import type { Statements } from './statements.ts';

export interface DropHistoryOptions {
  readonly pool: ReadPool;
  readonly statements: Statements;
  readonly onEvent: OnEvent;
}

/** Truncates the segments that hold nothing but compacted revisions; one that is in use is left for next time. */
export async function dropHistory({ pool, statements, onEvent }: DropHistoryOptions): Promise<void> {
  try {
    for (const [segment] of await pool.run(statements.droppableSegments, [])) {
      await pool.run(statements.dropSegment, [segment ?? null]);
    }
  } catch (error) {
    const busy = failureKind(error instanceof Error ? error.cause : error) === 'refused';
    onEvent({ level: busy ? 'debug' : 'warn', message: 'compacted history could not be dropped yet', error });
  }
}
