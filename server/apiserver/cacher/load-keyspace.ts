/** Reads the whole keyspace at one revision, page after page, the next one being fetched while one is taken in. */
import { Compacted, FutureRevision } from '../../../backends/storage/errors.ts';
import type { KeyRange, KeyValue, Storage } from '../../../backends/storage/interface.ts';
import type { CacherLimits } from './limits.ts';

export interface LoadOptions {
  readonly prefix: string;
  readonly limits: Pick<CacherLimits, 'loadPageKeys' | 'backfillRevisions'>;
  readonly signal: AbortSignal;
  /** In key order. */
  take(items: readonly KeyValue[]): void;
  /** What was taken so far does not count: the load starts over. */
  restart(): void;
}

/**
 * Returns the revision that was read. It lies up to `backfillRevisions` back where the store still has that history, so
 * that a watch from there brings the recent events again and clients go on across a restart of the server.
 */
export async function loadKeyspace(storage: Storage, options: LoadOptions): Promise<number> {
  const { limits } = options;
  const newest = await storage.currentRevision();
  const past = Math.max(storage.status().compactedRevision, newest - limits.backfillRevisions, 1);
  if (past < newest) {
    try {
      return await loadAt(storage, past, options);
    } catch (error) {
      if (!(error instanceof Compacted || error instanceof FutureRevision)) throw error;
      options.restart();
    }
  }
  return loadAt(storage, undefined, options);
}

async function loadAt(storage: Storage, wanted: number | undefined, options: LoadOptions): Promise<number> {
  const { prefix, limits, signal } = options;
  const read = (revision: number | undefined, startAfter?: string): Promise<KeyRange> =>
    storage.list(prefix, { limit: limits.loadPageKeys, revision, startAfter });
  let page = await read(wanted);
  const { revision } = page;
  for (;;) {
    signal.throwIfAborted();
    const next = page.more ? read(revision, page.items.at(-1)?.key) : undefined;
    // Its failure is seen when it is awaited below, not before.
    next?.catch(() => {});
    options.take(page.items);
    if (next === undefined) return revision;
    page = await next;
  }
}
