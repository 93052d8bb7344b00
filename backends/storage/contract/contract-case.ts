/** The shapes of contract cases: how a suite defines a test, and what a case is given. */
import type { ExecutionContext } from 'ava';
import type { Storage } from '../interface.ts';
import type { PostgresStorageOptions } from '../postgres/options.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { TestDatabase } from './test-database.ts';

/** ava's `test` or `test.serial`. */
export type DefineTest = (claim: string, check: (t: ExecutionContext) => Promise<void>) => void;

/** A case gets an empty store and a signal that aborts at its end. */
export type DefineStorageTest = (
  claim: string,
  check: (t: ExecutionContext, storage: Storage, signal: AbortSignal) => Promise<void>,
) => void;

interface StoresContext {
  /** Another server on the same store; closed at the end. */
  open(options?: Partial<PostgresStorageOptions>): Promise<Storage>;
  readonly schema: string;
  /** Aborts at the end. */
  readonly signal: AbortSignal;
  readonly database: TestDatabase;
  proxy(): Promise<FaultProxy>;
  /** Options of a server that reaches the database through a proxy. */
  through(proxy: FaultProxy): Partial<PostgresStorageOptions>;
}

export type DefineStoresTest = (
  claim: string,
  check: (t: ExecutionContext, context: StoresContext) => Promise<void>,
) => void;
