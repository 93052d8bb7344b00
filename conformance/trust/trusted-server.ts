/** A server of a test's own, with what protects it switched on, and requests from users whom it knows by token. */
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { loadOrCreatePki } from '../../server/cmd/pki.ts';
import { type Portico, type PorticoOptions, startPortico } from '../../server/cmd/start-portico.ts';
import { Client, type Request } from '../differential/client.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface TrustedServer {
  readonly portico: Portico;
  /** What the server has said. */
  readonly log: readonly string[];
  /** `user`: admin, jane or joe; "": nobody. */
  ask(user: string, request: Request): Promise<Told>;
  client(user: string): Client;
  stop(): Promise<void>;
}

const tokens = ['admin', 'jane', 'joe'];

/** Jane and Joe are of the group "crew". */
export async function startTrusted(options: PorticoOptions): Promise<TrustedServer> {
  const folder = await temporaryFolder('portico-trust');
  const tokenAuthFile = join(folder, 'tokens.csv');
  const lines = tokens.map((user) => `${user}-token,${user},,"${user === 'admin' ? 'system:masters' : 'crew'}"`);
  await writeFile(tokenAuthFile, `${lines.join('\n')}\n`);
  const log: string[] = [];
  const portico = await startPortico({
    storage: 'memory:',
    tokenAuthFile,
    log: ({ level, message }) => log.push(`${level}: ${message}`),
    ...options,
  });
  const clients = new Map<string, Client>();
  const client = (user: string) => {
    const known = clients.get(user);
    if (known !== undefined) return known;
    const token = user === '' ? {} : { token: `${user}-token` };
    const made = new Client({ url: portico.url, insecure: true, ...token });
    clients.set(user, made);
    return made;
  };
  return {
    portico,
    log,
    client,
    async ask(user, request) {
      const { status, headers, body } = await client(user).send(request);
      return { status, headers, text: body.toString() };
    },
    async stop() {
      for (const each of clients.values()) each.close();
      await portico.stop();
    },
  };
}

export interface OtherServer {
  readonly url: string;
  /** A kubeconfig that leads to it. */
  readonly kubeconfig: string;
  close(): void;
}

/** Another server that this one talks to; its requests are answered by `answer`. */
export async function startOther(
  answer: (body: string, res: ServerResponse, req: IncomingMessage) => void,
): Promise<OtherServer> {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['localhost', '127.0.0.1'], now: Date.now() });
  const server: Server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (req, res) => {
    void text(req).then((body) => answer(body, res, req));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const kubeconfig = join(await temporaryFolder('portico-other'), 'kubeconfig');
  const authority = Buffer.from(pki.authority.certificate).toString('base64');
  await writeFile(
    kubeconfig,
    stringify({
      clusters: [{ name: 'other', cluster: { server: url, 'certificate-authority-data': authority } }],
      contexts: [{ name: 'other', context: { cluster: 'other', user: 'me' } }],
      users: [{ name: 'me', user: { token: 'a-secret' } }],
      'current-context': 'other',
    }),
  );
  return {
    url,
    kubeconfig,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
