/** The one place where storage and cache errors become Status. */
import {
  Compacted,
  FutureRevision,
  KeyExists,
  KeyNotFound,
  StorageError,
  Unavailable,
} from '../../../backends/storage/errors.ts';
import {
  newAlreadyExists,
  newInternalError,
  newNotFound,
  newResourceExpired,
  newServiceUnavailable,
  newTooLargeResourceVersion,
  StatusError,
} from '../../apimachinery/errors/status-error.ts';
import type { GroupResource } from '../../apimachinery/meta/object.ts';
import { Expired, TooLargeResourceVersion } from '../cacher/interface.ts';

/** Seconds after which a client should try again while the database is away. */
const unavailableRetrySeconds = 1;
/** Seconds after which a client should try again for a revision that this server has not seen (upstream: 1). */
const tooLargeRetrySeconds = 1;

export function toStatusError(error: unknown, subject?: { gr: GroupResource; name: string }): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof Expired) return newResourceExpired(error.message);
  if (error instanceof TooLargeResourceVersion) {
    return newTooLargeResourceVersion(error.requested, error.current, tooLargeRetrySeconds);
  }
  if (!(error instanceof StorageError)) return newInternalError(error);
  if (error instanceof Unavailable) {
    return newServiceUnavailable(`the storage is not available: ${error.message}`, unavailableRetrySeconds);
  }
  if (error instanceof Compacted) return newResourceExpired('The resourceVersion for the provided list is too old.');
  if (error instanceof FutureRevision)
    return newTooLargeResourceVersion(0, error.currentRevision, tooLargeRetrySeconds);
  if (subject !== undefined) {
    if (error instanceof KeyExists) return newAlreadyExists(subject.gr, subject.name);
    if (error instanceof KeyNotFound) return newNotFound(subject.gr, subject.name);
  }
  return newInternalError(error);
}
