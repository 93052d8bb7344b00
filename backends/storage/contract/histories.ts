/** Random operations on an implementation and on the oracle: the histories must be the same. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Compacted, KeyExists, KeyNotFound, RevisionConflict, StorageError } from '../errors.ts';
import type { Storage, StorageEvent } from '../interface.ts';
import { createMemoryStorage } from '../memory/memory-storage.ts';
import { bytes, describeEvent, RecordingSink, text } from './recording-sink.ts';

const KEYS = ['a', 'b', 'c', 'c/d', 'é'];

/** `at` picks an expectation: 0 the right one, else an older or a wrong one. */
type Operation =
  | { readonly kind: 'create' | 'update' | 'delete'; readonly key: string; readonly value: string; readonly at: number }
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'list' | 'listAt'; readonly limit: number; readonly after: string; readonly back: number }
  | { readonly kind: 'compact'; readonly back: number };

const key = fc.constantFrom(...KEYS);
const value = fc.string({ maxLength: 6, unit: fc.constantFrom('x', 'é', '"', '\\', '\n', '😀') });
const write = fc.record({
  kind: fc.constantFrom('create' as const, 'update' as const, 'update' as const, 'delete' as const),
  key,
  value,
  at: fc.constantFrom(0, 0, 0, 1, 5),
});
const read = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({
    kind: fc.constantFrom('list' as const, 'listAt' as const, 'listAt' as const),
    limit: fc.nat(4),
    after: fc.constantFrom('', ...KEYS),
    back: fc.nat(12),
  }),
);
const compact = fc.record({ kind: fc.constant('compact' as const), back: fc.nat(6) });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: write },
  { weight: 6, arbitrary: read },
  { weight: 1, arbitrary: compact },
);

/** The same operation on both gives the same answer, and in the end the same events and the same state. */
export async function checkSequentialHistories(storage: Storage, runs: number): Promise<void> {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 60 }), async (operations) => {
      const prefix = `/sequential/${run++}/`;
      const start = await storage.currentRevision();
      const oracle = createMemoryStorage({ startRevision: start });
      // What earlier runs have left is of no concern, but the oracle has to refuse what is refused.
      await storage.compact(start);
      const stop = new AbortController();
      const [seen, expected] = [new RecordingSink(), new RecordingSink()];
      await storage.watch(prefix, start, seen, stop.signal);
      await oracle.watch(prefix, start, expected, stop.signal);
      for (const one of operations) {
        const answer = await apply(oracle, prefix, one);
        assert.deepEqual(await apply(storage, prefix, one), answer, JSON.stringify(one));
      }
      const end = await oracle.currentRevision();
      assert.equal(await storage.currentRevision(), end);
      await seen.reached(expected.upTo);
      stop.abort();
      assert.deepEqual(seen.lines, expected.lines);
    }),
    { numRuns: runs, verbose: 1 },
  );
}

async function apply(storage: Storage, prefix: string, one: Operation): Promise<unknown> {
  try {
    switch (one.kind) {
      case 'create':
        return await storage.create(prefix + one.key, bytes(one.value));
      case 'update':
        return await storage.update(prefix + one.key, bytes(one.value), await expectation(storage, prefix, one));
      case 'delete': {
        const expected = await expectation(storage, prefix, one);
        return await storage.delete(prefix + one.key, expected, one.value === '' ? undefined : bytes(one.value));
      }
      case 'get': {
        const item = await storage.get(prefix + one.key);
        return item && `${item.key} ${item.revision} ${text(item.value)}`;
      }
      case 'list':
      case 'listAt': {
        const range = await storage.list(prefix, {
          limit: one.limit,
          startAfter: one.after === '' ? undefined : prefix + one.after,
          revision: one.kind === 'list' ? undefined : (await storage.currentRevision()) + 1 - one.back,
        });
        return { ...range, items: range.items.map((item) => `${item.key} ${item.revision} ${text(item.value)}`) };
      }
      case 'compact':
        return await storage.compact((await storage.currentRevision()) - one.back);
    }
  } catch (error) {
    return describeError(error);
  }
}

async function expectation(storage: Storage, prefix: string, one: { key: string; at: number }): Promise<number> {
  const found = (await storage.get(prefix + one.key))?.revision ?? 1;
  return Math.max(1, found - one.at);
}

function describeError(error: unknown): string {
  if (!(error instanceof StorageError)) {
    throw error;
  }
  if (error instanceof RevisionConflict) {
    return `conflict ${error.current.key} ${error.current.revision} ${text(error.current.value)}`;
  }
  return `${error.name} ${error instanceof Compacted ? error.compactedRevision : error.message}`;
}

type Write = Extract<Operation, { kind: 'create' | 'update' | 'delete' }>;

/**
 * Groups of writes at once, from one state each. Their revisions say in which order they happened; in that order the
 * oracle must accept them and give the same revisions, and a write that failed must be one that could fail.
 */
export async function checkConcurrentHistories(storage: Storage, runs: number): Promise<void> {
  let run = 0;
  const group = fc.array(write, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 6 }), async (groups) => {
      const prefix = `/concurrent/${run++}/`;
      const start = await storage.currentRevision();
      const oracle = createMemoryStorage({ startRevision: start });
      const stop = new AbortController();
      const [seen, expected] = [new RecordingSink(), new RecordingSink()];
      await storage.watch(prefix, start, seen, stop.signal);
      await oracle.watch(prefix, start, expected, stop.signal);
      for (const writes of groups) {
        const results = await runTogether(storage, prefix, writes);
        await replay(oracle, results);
      }
      await seen.reached(expected.upTo);
      stop.abort();
      assert.deepEqual(seen.lines, expected.lines);
      const [found, wanted] = [await storage.list(prefix), await oracle.list(prefix)];
      const lines = (range: typeof found) =>
        range.items.map((item) => `${item.key} ${item.revision} ${text(item.value)}`);
      assert.deepEqual(lines(found), lines(wanted));
    }),
    { numRuns: runs, verbose: 1 },
  );
}

interface Result {
  readonly write: Write;
  readonly key: string;
  readonly expected: number;
  readonly outcome: number | Error;
}

async function runTogether(storage: Storage, prefix: string, writes: readonly Write[]): Promise<Result[]> {
  const expectations = await Promise.all(writes.map((one) => expectation(storage, prefix, one)));
  return Promise.all(
    writes.map(async (one, index) => {
      const expected = expectations[index] ?? 0;
      const result = { write: one, key: prefix + one.key, expected };
      try {
        return { ...result, outcome: (await send(storage, result)).revision };
      } catch (error) {
        assert.ok(error instanceof StorageError, String(error));
        return { ...result, outcome: error };
      }
    }),
  );
}

function send(storage: Storage, { write: one, key: fullKey, expected }: Omit<Result, 'outcome'>) {
  switch (one.kind) {
    case 'create':
      return storage.create(fullKey, bytes(one.value));
    case 'update':
      return storage.update(fullKey, bytes(one.value), expected);
    case 'delete':
      return storage.delete(fullKey, expected);
  }
}

async function replay(oracle: Storage, results: readonly Result[]): Promise<void> {
  /** Every revision a key had while the group ran; 0 for absent. */
  const states = new Map<string, number[]>();
  for (const { key: fullKey } of results) {
    states.set(fullKey, [(await oracle.get(fullKey))?.revision ?? 0]);
  }
  const done = results.filter((result) => typeof result.outcome === 'number');
  for (const result of done.sort((a, b) => Number(a.outcome) - Number(b.outcome))) {
    const { revision } = await send(oracle, result);
    assert.equal(revision, result.outcome);
    states.get(result.key)?.push(result.write.kind === 'delete' ? 0 : revision);
  }
  for (const { key: fullKey, expected, outcome, write: one } of results) {
    const had = states.get(fullKey) ?? [];
    if (outcome instanceof KeyExists) {
      assert.ok(one.kind === 'create' && had.some((revision) => revision > 0), `${fullKey} never existed`);
    } else if (outcome instanceof KeyNotFound) {
      assert.ok(had.includes(0), `${fullKey} was always there`);
    } else if (outcome instanceof RevisionConflict) {
      const { revision } = outcome.current;
      assert.ok(revision !== expected && had.includes(revision), `${fullKey} was never at ${revision}`);
    } else {
      assert.equal(typeof outcome, 'number', String(outcome));
    }
  }
}

/** Events of several watchers of one store, as lines to compare. */
export function historyOf(events: readonly StorageEvent[]): string {
  return events.map(describeEvent).join('\n');
}
