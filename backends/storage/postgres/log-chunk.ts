/** Events as the statement logRange returns them. */
import type { StorageEvent } from '../interface.ts';
import { type Head, parseHead } from './head.ts';
import { LOG_CHUNK_BYTES } from './options.ts';
import type { Parameter, Row } from './statements.ts';

export interface LogChunk {
  /** Of the same snapshot as the events. */
  readonly head: Head;
  readonly events: readonly StorageEvent[];
  /** The batch that wrote the last event. */
  readonly lastBatch: string | undefined;
  /** The revision up to which nothing is missing. */
  readonly upTo: number;
}

export interface LogRange {
  readonly after: number;
  readonly upTo: number;
  /** Keys in [keyFrom, keyTo). */
  readonly keyFrom: string;
  readonly keyTo: string;
}

export function logRangeParameters({ after, upTo, keyFrom, keyTo }: LogRange): Parameter[] {
  return [after, upTo, keyFrom, keyTo, LOG_CHUNK_BYTES];
}

export function parseLogChunk(rows: readonly Row[], range: LogRange): LogChunk {
  const first = rows[0];
  if (first === undefined) {
    throw new Error('the store has no head');
  }
  const head = parseHead(first);
  const events: StorageEvent[] = [];
  let bytes = 0;
  for (const [, , , revision, previousRevision, , deleted, key, text] of rows) {
    if (typeof revision === 'string' && typeof key === 'string' && typeof text === 'string') {
      const value = Buffer.from(text);
      bytes += value.length;
      events.push({
        type: deleted === 't' ? 'delete' : 'put',
        key,
        value,
        revision: Number(revision),
        previousRevision: Number(previousRevision),
      });
    }
  }
  const last = events.at(-1);
  // The function stops after the row that exceeds the limit.
  const cut = last !== undefined && bytes > LOG_CHUNK_BYTES;
  return {
    head,
    events,
    lastBatch: rows.at(-1)?.[5] ?? undefined,
    upTo: cut ? last.revision : Math.min(range.upTo, Math.max(head.revision, range.after)),
  };
}
