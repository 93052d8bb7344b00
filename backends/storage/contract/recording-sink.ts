/** A watch's sink that remembers, and lets a test wait for a revision instead of for time. */
import assert from 'node:assert/strict';
import type { Storage, StorageEvent, WatchSink } from '../interface.ts';

export class RecordingSink implements WatchSink {
  readonly received: StorageEvent[] = [];
  readonly failures: Error[] = [];
  upTo = 0;
  #waiting: { revision: number; resolve: () => void }[] = [];
  #failed = Promise.withResolvers<Error>();

  events(events: readonly StorageEvent[], upTo: number): void {
    for (const event of events) {
      const last = this.received.at(-1)?.revision ?? 0;
      assert.ok(event.revision > last, `revision ${event.revision} after ${last}`);
      this.received.push(event);
    }
    assert.ok(upTo >= (this.received.at(-1)?.revision ?? 0), `upTo ${upTo} is below the events`);
    assert.ok(upTo >= this.upTo, `upTo went back from ${this.upTo} to ${upTo}`);
    this.upTo = upTo;
    this.#waiting = this.#waiting.filter(({ revision, resolve }) => {
      if (upTo >= revision) {
        resolve();
      }
      return upTo < revision;
    });
  }

  error(error: Error): void {
    this.failures.push(error);
    this.#failed.resolve(error);
  }

  reached(revision: number): Promise<void> {
    return this.upTo >= revision
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  failed(): Promise<Error> {
    return this.#failed.promise;
  }

  /** `put /a 3<0 value` */
  get lines(): string[] {
    return this.received.map(describeEvent);
  }
}

export function describeEvent({ type, key, value, revision, previousRevision }: StorageEvent): string {
  return `${type} ${key} ${revision}<${previousRevision} ${text(value)}`;
}

export function bytes(value: string): Uint8Array {
  return Buffer.from(value);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value).toString();
}

/** A watch from now on. */
export async function watchNow(storage: Storage, prefix: string, signal: AbortSignal): Promise<RecordingSink> {
  const sink = new RecordingSink();
  await storage.watch(prefix, await storage.currentRevision(), sink, signal);
  return sink;
}
