/** A PostgreSQL server for tests, and an empty schema for each case. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import type { PostgresStorageOptions } from '../postgres/options.ts';

export interface TestDatabase {
  readonly server: EmbeddedPostgres;
  /** Options for a store of its own; several storages may be opened with the same. */
  newStore(): PostgresStorageOptions & { readonly schema: string };
  /** A foreign session. */
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** The machine's own PostgreSQL programs, or undefined. */
export function systemBinaries(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const debian = '/usr/lib/postgresql';
  if (existsSync(debian)) {
    folders.push(...readdirSync(debian).map((version) => path.join(debian, version, 'bin')));
  }
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
}

/** `binDirectory` unset: the npm package's PostgreSQL. Not durable against a crash of the machine, but of the server. */
export async function startTestDatabase(binDirectory?: string): Promise<TestDatabase> {
  const server = await startEmbeddedPostgres({ binDirectory, durable: false });
  let stores = 0;
  return {
    server,
    newStore: () => ({
      connection: server.connection,
      schema: `store ${++stores}`,
      compactionInterval: 0,
      readConnections: 2,
    }),
    connect: async () => {
      const client = new pg.Client(server.connection);
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    stop: () => server.stop(),
  };
}
