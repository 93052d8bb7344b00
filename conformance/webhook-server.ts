/** A webhook on loopback with a certificate of its own authority; tests say what it answers. */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadOrCreatePki } from '../server/cmd/pki.ts';

export interface WebhookRequest {
  /** Of the URL, without the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** For answers that are none. */
  readonly response: ServerResponse;
}

/** Undefined: it has been answered, or nobody answers. */
export type WebhookAnswer = (request: WebhookRequest) => unknown;

export interface WebhookServer {
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  /** In base64, as clientConfigs have it. */
  readonly caBundle: string;
  stop(): Promise<void>;
}

/** @param hosts names that its certificate is for, beside 127.0.0.1 */
export async function startWebhookServer(answer: WebhookAnswer, hosts: readonly string[] = []): Promise<WebhookServer> {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['127.0.0.1', ...hosts], now: Date.now() });
  const { certificate, key } = pki.serving;
  const server = createServer({ cert: certificate, key }, (req, response) => {
    void text(req).then((sent) => {
      const body: unknown = sent === '' ? undefined : JSON.parse(sent);
      const [path = '/'] = (req.url ?? '/').split('?');
      const answered = answer({ path, headers: req.headers, body, response });
      if (answered === undefined) return;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caBundle: Buffer.from(pki.authority.certificate).toString('base64'),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
