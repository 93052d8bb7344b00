/** From the options to what `pg` wants: TLS modes, names, keep-alive. */
import type { ClientConfig } from 'pg';
import { CONNECT_TIMEOUT_MS, type PostgresStorageOptions } from './options.ts';

export function clientConfig(options: PostgresStorageOptions): ClientConfig {
  return {
    ...options.connection,
    ...(options.connectionString === undefined
      ? {}
      : { connectionString: withLibpqSslModes(options.connectionString) }),
    application_name: options.applicationName ?? 'portico',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Without this, `pg` takes sslmode=require for verify-full, and says so on stderr. */
function withLibpqSslModes(connectionString: string): string {
  return /[?&]sslmode=/.test(connectionString) && !/[?&]uselibpqcompat=/.test(connectionString)
    ? `${connectionString}&uselibpqcompat=true`
    : connectionString;
}
