import test from 'ava';
import { multiServerContract } from '../contract/multi-server.ts';
import { storageContract } from '../contract/storage-contract.ts';
import { startTestDatabase, systemBinaries, type TestDatabase } from '../contract/test-database.ts';
import { createPostgresStorage } from './postgres-storage.ts';

const binaries = systemBinaries();
let database: TestDatabase | undefined;

function theDatabase(): TestDatabase {
  if (database === undefined) {
    throw new Error('no database');
  }
  return database;
}

if (binaries === undefined) {
  test('PostgreSQL of this machine', (t) => {
    t.log('skipped: no initdb on PATH or in /usr/lib/postgresql/*/bin');
    t.pass();
  });
} else {
  test.before(async () => {
    database = await startTestDatabase(binaries);
  });
  test.after.always(() => database?.stop());
  const name = 'postgres';
  storageContract(test.serial, name, () => createPostgresStorage(theDatabase().newStore()), { histories: 12 });
  multiServerContract(test.serial, name, theDatabase);
}
