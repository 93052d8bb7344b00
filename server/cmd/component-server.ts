/** What a component says about itself on a port of its own: health to everybody, metrics to whom the API server lets read them. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Client } from '../client/client.ts';
import { DelegatedAccess } from '../client/delegated-access.ts';
import type { ServingFlags } from './component-flags.ts';
import { type KeyPair, newServingCertificate } from './pki.ts';

export interface ComponentServerParts {
  readonly flags: ServingFlags;
  readonly client: Client;
  readonly clock: Clock;
  readonly metrics: () => string;
  readonly signal: AbortSignal;
}

const healthPaths = new Set(['/healthz', '/livez', '/readyz']);

/** Nothing with port 0. @throws Error of the system, such as EADDRINUSE; Error that names a file */
export async function startComponentServer(parts: ComponentServerParts): Promise<void> {
  const { flags, client, clock, signal } = parts;
  if (flags.securePort === 0) return;
  const access = new DelegatedAccess(client, clock);
  const { certificate: cert, key } = await servingCertificate(flags, ['localhost', flags.bindAddress]);
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (req, res) => {
    answer(req, res, { access, metrics: parts.metrics }).catch(() => {
      if (res.headersSent) res.destroy();
      else end(res, 500, 'the API server could not be asked who this is');
    });
  });
  server.listen(flags.securePort, flags.bindAddress);
  await once(server, 'listening');
  signal.addEventListener(
    'abort',
    () => {
      server.close();
      server.closeAllConnections();
    },
    { once: true },
  );
}

/** The one that flags name, or one made for these names. @throws Error that names a flag or a file */
export async function servingCertificate(
  { tlsCertFile, tlsPrivateKeyFile }: Pick<ServingFlags, 'tlsCertFile' | 'tlsPrivateKeyFile'>,
  hosts: readonly string[],
): Promise<KeyPair> {
  if ((tlsCertFile === undefined) !== (tlsPrivateKeyFile === undefined)) {
    throw new Error('--tls-cert-file and --tls-private-key-file go together: give both, or neither');
  }
  if (tlsCertFile === undefined || tlsPrivateKeyFile === undefined) return newServingCertificate(hosts);
  const [certificate, key] = await Promise.all([readFile(tlsCertFile, 'utf8'), readFile(tlsPrivateKeyFile, 'utf8')]);
  return { certificate, key };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { access, metrics }: { readonly access: DelegatedAccess; readonly metrics: () => string },
): Promise<void> {
  const path = (req.url ?? '/').split('?')[0] ?? '/';
  if (healthPaths.has(path)) {
    end(res, 200, 'ok');
    return;
  }
  const user = await access.userOf(req);
  if (user === undefined) {
    end(res, 401, 'Unauthorized');
    return;
  }
  if (!(await access.mayDo(user, { nonResourceAttributes: { path, verb: 'get' } }))) {
    end(res, 403, `Forbidden: User "${user.name}" cannot get path "${path}"`);
    return;
  }
  if (path === '/metrics') end(res, 200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
  else end(res, 404, '404 page not found');
}

function end(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'content-type': type }).end(text);
}
