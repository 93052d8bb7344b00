/** Serves metrics.k8s.io over TLS: to the API server as a front proxy, which says for whom it asks, and to whom it knows by a token. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../apimachinery/clock/clock.ts';
import { newInternalError, StatusError } from '../apimachinery/errors/status-error.ts';
import type { Client } from '../client/client.ts';
import { DelegatedAccess } from '../client/delegated-access.ts';
import { type FrontProxyTrust, userOfFrontProxy } from '../client/front-proxy.ts';
import { answerMetrics } from './answer.ts';
import { MetricsCollector } from './collect-metrics.ts';
import { NodeFigures } from './node-figures.ts';

export interface MetricsServerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly tls: { readonly certificate: string; readonly key: string };
  readonly frontProxies: FrontProxyTrust;
  readonly bindAddress: string;
  /** 0: chosen by the system. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
}

/** The port at which it listens, until the signal aborts. @throws Error of the system, such as EADDRINUSE */
export async function startMetricsServer(options: MetricsServerOptions): Promise<number> {
  const { client, clock, tls, frontProxies, bindAddress, port, signal } = options;
  const access = new DelegatedAccess(client, clock);
  const collector = new MetricsCollector(client, new NodeFigures(options));
  const server = createServer(
    {
      cert: tls.certificate,
      key: tls.key,
      minVersion: 'TLSv1.2',
      ca: frontProxies.authorities,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (req, res) => {
      const done = answer(req, { access, collector, frontProxies, clock }).then(
        ({ type, body }) => end(res, { status: 200, type, body }),
        (error: unknown) => {
          const { status } = error instanceof StatusError ? error : newInternalError(error);
          end(res, { status: status.code ?? 500, type: 'application/json', body: status });
        },
      );
      void done;
    },
  );
  server.listen(port, bindAddress);
  await once(server, 'listening');
  signal.addEventListener(
    'abort',
    () => {
      server.close();
      server.closeAllConnections();
    },
    { once: true },
  );
  return (server.address() as AddressInfo).port;
}

interface Parts {
  readonly access: DelegatedAccess;
  readonly collector: MetricsCollector;
  readonly frontProxies: FrontProxyTrust;
  readonly clock: Clock;
}

const healthPaths = new Set(['/healthz', '/livez', '/readyz']);

async function answer(req: IncomingMessage, { access, collector, frontProxies, clock }: Parts) {
  const { method = 'GET', url = '/', headers } = req;
  if (healthPaths.has(url)) return { type: 'text/plain; charset=utf-8', body: 'ok' };
  const user = userOfFrontProxy(req, frontProxies) ?? (await access.userOfToken(req));
  const { accept = '' } = headers;
  return answerMetrics({ method, url, accept, user }, { collector, access, now: clock.now() });
}

function end(
  res: ServerResponse,
  { status, type, body }: { readonly status: number; readonly type: string; readonly body: object | string },
): void {
  if (res.destroyed) return;
  res.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
}
