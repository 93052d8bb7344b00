/** The only errors a storage implementation throws; the API server turns each into a Status in one place. */
import type { KeyValue } from './interface.ts';

export class StorageError extends Error {
  override name = 'StorageError';
}

export class KeyExists extends StorageError {
  override name = 'KeyExists';
  readonly key: string;
  constructor(key: string) {
    super(`key exists: ${key}`);
    this.key = key;
  }
}

export class KeyNotFound extends StorageError {
  override name = 'KeyNotFound';
  readonly key: string;
  constructor(key: string) {
    super(`key not found: ${key}`);
    this.key = key;
  }
}

/** Carries what the key holds now, so that a retry needs no further read. */
export class RevisionConflict extends StorageError {
  override name = 'RevisionConflict';
  readonly current: KeyValue;
  constructor(current: KeyValue) {
    super(`revision conflict: ${current.key} is at revision ${current.revision}`);
    this.current = current;
  }
}

export class Compacted extends StorageError {
  override name = 'Compacted';
  readonly compactedRevision: number;
  constructor(compactedRevision: number) {
    super(`history up to revision ${compactedRevision} has been compacted`);
    this.compactedRevision = compactedRevision;
  }
}

export class FutureRevision extends StorageError {
  override name = 'FutureRevision';
  readonly currentRevision: number;
  constructor(currentRevision: number) {
    super(`revision is newer than the newest, ${currentRevision}`);
    this.currentRevision = currentRevision;
  }
}

/** The store cannot be reached now, or its answer to a write was lost (`uncertain`: the write may have happened). */
export class Unavailable extends StorageError {
  override name = 'Unavailable';
  readonly uncertain: boolean;
  constructor(message: string, options?: { cause?: unknown; uncertain?: boolean }) {
    super(message, { cause: options?.cause });
    this.uncertain = options?.uncertain ?? false;
  }
}

/** The key or value exceeds a limit that every implementation keeps (limits.ts). */
export class TooLarge extends StorageError {
  override name = 'TooLarge';
  readonly bytes: number;
  readonly limit: number;
  constructor(key: string, bytes: number, limit: number) {
    super(`value of ${key} has ${bytes} bytes, the limit is ${limit}`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** No key can be so: empty, longer than MAX_KEY_BYTES, with a NUL, or no well-formed Unicode. */
export class InvalidKey extends StorageError {
  override name = 'InvalidKey';
  constructor(key: string) {
    super(`invalid key: ${JSON.stringify(key.slice(0, 256))}`);
  }
}

/** A value is UTF-8 text without NUL (JSON is). */
export class InvalidValue extends StorageError {
  override name = 'InvalidValue';
  constructor(key: string) {
    super(`value of ${key} is not UTF-8 text`);
  }
}
