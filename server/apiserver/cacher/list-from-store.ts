/** A page of a state that the cache no longer holds, read from the store's history. */
import { Compacted, FutureRevision } from '../../../backends/storage/errors.ts';
import type { KeyRange, KeyValue, Storage } from '../../../backends/storage/interface.ts';
import type { CacheEntry } from './cache-entry.ts';
import { type CachedResource, Expired, TooLargeResourceVersion } from './interface.ts';
import { type ListPage, type ListScope, rangeStart } from './list-page.ts';
import type { ObjectAttributes } from './object-attributes.ts';

export interface StoreReader {
  readonly storage: Pick<Storage, 'list'>;
  readonly resource: CachedResource;
  readonly attributes: ObjectAttributes;
  entryOf(value: KeyValue): CacheEntry;
}

/** Keys asked for at a time where a selector may leave few of them. */
const SELECTIVE_PAGE = 500;

/** @throws Expired when the revision has been compacted, TooLargeResourceVersion when it does not exist yet */
export async function listFromStore(reader: StoreReader, scope: ListScope, revision: number): Promise<ListPage> {
  const { resource, attributes } = reader;
  const { selector, limit } = scope;
  const prefix = scope.key ?? rangeStart(resource, scope.namespace);
  const unlimited = limit === Number.POSITIVE_INFINITY;
  const pageSize = unlimited ? 0 : selector === undefined ? limit : Math.max(limit, SELECTIVE_PAGE);
  const items: CacheEntry[] = [];
  let startAfter = scope.startAfter;
  for (;;) {
    const page = await readPage(reader.storage, prefix, { limit: pageSize, startAfter, revision });
    for (const value of page.items) {
      if (items.length >= limit) return { items, continueAfter: items.at(-1)?.key };
      startAfter = value.key;
      if (scope.key !== undefined && value.key !== scope.key) continue;
      const entry = reader.entryOf(value);
      if (selector === undefined || attributes.matches(selector, entry)) items.push(entry);
    }
    if (!page.more) return { items };
    if (items.length >= limit) return { items, continueAfter: items.at(-1)?.key };
  }
}

async function readPage(
  storage: Pick<Storage, 'list'>,
  prefix: string,
  options: { limit: number; startAfter: string | undefined; revision: number },
): Promise<KeyRange> {
  try {
    return await storage.list(prefix, options);
  } catch (error) {
    if (error instanceof Compacted) throw new Expired(options.revision, error.compactedRevision);
    if (error instanceof FutureRevision) throw new TooLargeResourceVersion(options.revision, error.currentRevision);
    throw error;
  }
}
