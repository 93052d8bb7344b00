/** Which of the many ways a PostgreSQL call can fail means what to the store. */
import { StorageError, Unavailable } from '../errors.ts';

/**
 * - `lost`: the connection is gone or useless; a write may or may not have happened
 * - `refused`: the database said no and did nothing, for a reason that passes (disk full, shutting down, read-only)
 * - `unprepared`: a pooler gave us a session that does not know our prepared statements; nothing happened
 * - `again`: a deadlock or a serialization failure; nothing happened, another try may do
 * - `fault`: nothing happened, and another try would fail alike
 */
export type FailureKind = 'lost' | 'refused' | 'unprepared' | 'again' | 'fault';

export function failureKind(error: unknown): FailureKind {
  const code = sqlState(error);
  if (code === undefined) {
    return 'lost';
  }
  switch (code) {
    case '26000': // prepared statement does not exist
    case '42P05': // prepared statement exists already
      return 'unprepared';
    case '40001':
    case '40P01':
      return 'again';
    case '57P01': // admin shutdown
    case '57P02': // crash shutdown
    case '57P03': // cannot connect now
    case '57P05': // idle session timeout
    case '25P03': // idle in transaction timeout
      return 'lost';
    case '25006': // read-only: a standby, or a primary that has become one
    case '57014': // cancelled, or a timeout of the database's own
    case '55P03': // lock timeout
      return 'refused';
  }
  if (code.startsWith('08')) {
    return 'lost';
  }
  // 53 disk full, out of memory, too many connections; 58 and XX I/O errors and corruption; 28, 3D log-in refused.
  return /^(53|58|XX|28|3D)/.test(code) ? 'refused' : 'fault';
}

/** True if the session cannot serve the next call either. */
export function needsNewConnection(error: unknown): boolean {
  return failureKind(error) === 'lost' || sqlState(error) === '25006';
}

export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) {
    return error;
  }
  const message = messageOf(error);
  return failureKind(error) === 'fault'
    ? new StorageError(`database: ${message}`, { cause: error })
    : new Unavailable(`database: ${message}`, { cause: error });
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** Five characters, of an error that the database itself sent. */
export function sqlState(error: unknown): string | undefined {
  const fromServer = typeof error === 'object' && error !== null && 'severity' in error && 'code' in error;
  return fromServer && typeof error.code === 'string' && error.code.length === 5 ? error.code : undefined;
}
