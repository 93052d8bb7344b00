/** The storage seam on a PostgreSQL that belongs to this process: postgres/ driving a server that nobody had to install. */
import type { Storage } from '../interface.ts';
import type { PostgresStorageOptions } from '../postgres/options.ts';
import { createPostgresStorage } from '../postgres/postgres-storage.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { RESTART_GRACE_MS } from './limits.ts';

export interface EmbeddedStorageOptions
  extends EmbeddedPostgresOptions,
    Pick<PostgresStorageOptions, 'signal' | 'compactionInterval' | 'clock' | 'schema' | 'batchWrites'> {}

/** A store and the server under it. */
export interface EmbeddedStorage extends Storage {
  readonly server: EmbeddedPostgres;
}

/** Every connection is a process of a megabyte or two. */
const READ_CONNECTIONS = 4;

/** @throws StorageError when PostgreSQL cannot be started, Unavailable when it cannot be reached */
export async function createEmbeddedStorage(options: EmbeddedStorageOptions = {}): Promise<EmbeddedStorage> {
  options.signal?.throwIfAborted();
  const server = await startEmbeddedPostgres(options);
  try {
    const { signal, compactionInterval, clock, schema, batchWrites, onEvent } = options;
    const storage = await createPostgresStorage({
      connection: server.connection,
      soleWriter: true,
      readConnections: READ_CONNECTIONS,
      reconnectGrace: RESTART_GRACE_MS,
      compactionInterval,
      clock,
      schema,
      batchWrites,
      onEvent,
    });
    const close = async () => {
      await storage.close();
      await server.stop();
    };
    signal?.addEventListener('abort', () => void close(), { once: true });
    return {
      server,
      get: (key) => storage.get(key),
      list: (prefix, list) => storage.list(prefix, list),
      create: (key, value) => storage.create(key, value),
      update: (key, value, expectedRevision) => storage.update(key, value, expectedRevision),
      delete: (key, expectedRevision, lastValue) => storage.delete(key, expectedRevision, lastValue),
      watch: (prefix, afterRevision, sink, watchSignal) => storage.watch(prefix, afterRevision, sink, watchSignal),
      currentRevision: () => storage.currentRevision(),
      compact: (revision) => storage.compact(revision),
      status: () => storage.status(),
      close,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
