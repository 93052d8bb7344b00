/** Writes that commit together: what goes to the database, and what comes back for each. */
import { KeyExists, KeyNotFound, RevisionConflict, type StorageError } from '../errors.ts';
import type { StorageEvent } from '../interface.ts';
import { binaryInt8Array, binaryTextArray, binaryUtf8Array } from './binary-array.ts';
import { BATCH_BYTES } from './options.ts';
import type { Parameter, Row } from './statements.ts';

export interface Write {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Undefined only for a delete whose event shows the stored value. */
  readonly value: Uint8Array | undefined;
  /** 0: the key must not exist. */
  readonly expectedRevision: number;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: StorageError) => void;
}

export interface Batch {
  readonly id: string;
  readonly writes: readonly Write[];
}

/** One outcome a write, at the same index: its revision, or why not. */
export interface BatchResult {
  /** The newest revision before the batch. */
  readonly base: number;
  readonly outcomes: readonly (number | StorageError)[];
  readonly events: readonly StorageEvent[];
}

/**
 * Takes the oldest writes out of the queue, at most one a key: later ones must see what the earlier did.
 * What does not fit stays, in order.
 */
export function takeWrites(queue: Write[], maxWrites: number): Write[] {
  const taken: Write[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  let kept = 0;
  for (const [index, write] of queue.entries()) {
    if (taken.length === maxWrites || bytes > BATCH_BYTES) {
      queue.splice(kept, index - kept);
      return taken;
    }
    if (keys.has(write.key)) {
      queue[kept++] = write;
    } else {
      keys.add(write.key);
      taken.push(write);
      bytes += write.value?.length ?? 0;
    }
  }
  queue.length = kept;
  return taken;
}

export function batchParameters(batch: Batch, channel: string, wake: string | null): Parameter[] {
  return [
    batch.id,
    binaryTextArray(batch.writes.map((write) => write.key)),
    binaryUtf8Array(batch.writes.map((write) => write.value)),
    binaryInt8Array(
      batch.writes.map((write) => (write.type === 'delete' ? -write.expectedRevision : write.expectedRevision)),
    ),
    channel,
    wake,
  ];
}

/** Reads what commit_batch returns; see there. */
export function parseBatchResult(batch: Batch, rows: readonly Row[]): BatchResult {
  const { writes } = batch;
  const failures = new Map<number, StorageError>();
  const lastValues = new Map<number, Uint8Array>();
  let base: number | undefined;
  for (const [item, revision, text] of rows) {
    const index = Math.abs(Number(item)) - 1;
    const write = writes[index];
    if (write === undefined) {
      base = Number(revision);
    } else if (Number(item) > 0) {
      const value = typeof text === 'string' ? Buffer.from(text) : undefined;
      failures.set(index, failureOf(write, Number(revision), value));
    } else {
      lastValues.set(index, Buffer.from(text ?? ''));
    }
  }
  if (base === undefined) {
    throw new Error('commit_batch returned no base revision');
  }
  const outcomes: (number | StorageError)[] = [];
  const events: StorageEvent[] = [];
  let revision = base;
  for (const [index, write] of writes.entries()) {
    const failure = failures.get(index);
    if (failure !== undefined) {
      outcomes.push(failure);
      continue;
    }
    outcomes.push(++revision);
    events.push({
      type: write.type,
      key: write.key,
      value: write.value ?? lastValues.get(index) ?? Buffer.alloc(0),
      revision,
      previousRevision: write.expectedRevision,
    });
  }
  return { base, outcomes, events };
}

/** Why a write failed, from what its key holds (revision 0: nothing). */
export function failureOf(write: Write, revision: number, value: Uint8Array | undefined): StorageError {
  if (write.expectedRevision === 0) {
    return new KeyExists(write.key);
  }
  return revision === 0 || value === undefined
    ? new KeyNotFound(write.key)
    : new RevisionConflict({ key: write.key, value, revision });
}
