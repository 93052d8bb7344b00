/** Where the store stands: the row of the view `head`. */
import type { Row } from './statements.ts';

export interface Head {
  /** Grows when a backup has been restored. */
  readonly epoch: number;
  readonly compactedRevision: number;
  /** Of the newest commit. */
  readonly revision: number;
}

/** Of a row that starts with epoch, compacted_revision, revision. */
export function parseHead(row: Row): Head {
  return { epoch: Number(row[0]), compactedRevision: Number(row[1]), revision: Number(row[2]) };
}
