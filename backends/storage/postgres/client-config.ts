/** From the options to what `pg` wants: TLS modes, names, keep-alive. */
import net from 'node:net';
import type { ClientConfig } from 'pg';
import { CONNECT_TIMEOUT_MS, type PostgresStorageOptions } from './options.ts';

type Connection = Pick<PostgresStorageOptions, 'connection' | 'connectionString' | 'applicationName'>;

/** sslmode means what it means to libpq, which `pg` does only when asked, and `prefer` never. */
export async function clientConfig({
  connection,
  connectionString,
  applicationName,
}: Connection): Promise<ClientConfig> {
  return {
    ...connection,
    ...(connectionString === undefined ? {} : { connectionString: await withSslMode(connectionString) }),
    application_name: applicationName ?? 'portico',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

async function withSslMode(connectionString: string): Promise<string> {
  const sslMode = /[?&]sslmode=([a-z-]+)/.exec(connectionString)?.[1];
  if (sslMode === undefined || /[?&]uselibpqcompat=/.test(connectionString)) {
    return connectionString;
  }
  if (sslMode !== 'prefer' && sslMode !== 'allow') {
    return `${connectionString}&uselibpqcompat=true`;
  }
  const chosen = (await offersTls(connectionString)) ? 'require' : 'disable';
  return `${connectionString.replace(`sslmode=${sslMode}`, `sslmode=${chosen}`)}&uselibpqcompat=true`;
}

/** A server says in one byte whether it would speak TLS; one that cannot be asked now is taken to. */
async function offersTls(connectionString: string): Promise<boolean> {
  let url: URL;
  try {
    url = new URL(connectionString);
  } catch {
    return true;
  }
  if (url.hostname === '' || url.searchParams.has('host')) {
    return false;
  }
  return new Promise((resolve) => {
    const socket = net.connect({ host: url.hostname, port: Number(url.port || 5432), timeout: CONNECT_TIMEOUT_MS });
    const done = (offers: boolean) => {
      socket.destroy();
      resolve(offers);
    };
    // Length 8, and the code of SSLRequest.
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once('data', (answer) => done(answer[0] === 'S'.charCodeAt(0)));
    socket.once('error', () => done(true));
    socket.once('timeout', () => done(true));
  });
}
