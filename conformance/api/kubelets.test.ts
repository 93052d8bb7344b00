/** Logs, exec and the like: what the server asks the kubelet of a pod, and what its clients get. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import test from 'ava';
import { loadOrCreatePki } from '../../server/cmd/pki.ts';
import { startTrusted, type TrustedServer } from '../trust/trusted-server.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Common name of the certificate that was shown. */
  readonly client: string;
}

const asked: Asked[] = [];
let kubelet: Server;
let server: TrustedServer;
const pods = '/api/v1/namespaces/default/pods';

function note(req: IncomingMessage): void {
  const { subject } = (req.socket as TLSSocket).getPeerCertificate();
  asked.push({
    method: req.method ?? '',
    url: req.url ?? '',
    headers: req.headers,
    client: String(subject?.CN ?? ''),
  });
}

test.before(async () => {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['127.0.0.1'], now: Date.now() });
  const options = { cert: pki.serving.certificate, key: pki.serving.key, requestCert: true, rejectUnauthorized: false };
  kubelet = createServer(options, (req, res) => {
    note(req);
    if (req.url?.includes('/missing/') === true) res.writeHead(404).end('container "c" in pod "missing" is waiting');
    else if (req.url?.includes('/refused/') === true)
      res.writeHead(400).end('previous terminated container "c" not found');
    else res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('first line\nsecond line\n');
  });
  // Speaks back in capitals.
  kubelet.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    note(req);
    if (req.url?.startsWith('/attach/') === true) {
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nno!\n',
      );
      return;
    }
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\nhello ',
    );
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
  });
  kubelet.listen(0, '127.0.0.1');
  await once(kubelet, 'listening');
  server = await startTrusted({ disableAdmissionPlugins: 'ServiceAccount' });
  const post = async (path: string, object: object) => {
    const { status, text } = await server.ask('admin', { method: 'POST', path, body: JSON.stringify(object) });
    if (status !== 201) throw new Error(text);
  };
  const { port } = kubelet.address() as AddressInfo;
  await post('/api/v1/nodes', {
    metadata: { name: 'node' },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  });
  const pod = (name: string, nodeName?: string) => ({
    metadata: { name },
    spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
  });
  for (const name of ['bound', 'missing', 'refused']) await post(pods, pod(name, 'node'));
  await post(pods, pod('unbound'));
  await post(pods, pod('lost', 'gone'));
  await post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods', 'pods/exec', 'pods/log'], verbs: ['get'] }],
  });
  await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'readers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [{ kind: 'User', name: 'jane' }],
  });
});
test.after.always(async () => {
  await server?.stop();
  kubelet?.closeAllConnections();
  kubelet?.close();
});

const logs = (name: string, query = '') => server.ask('admin', { method: 'GET', path: `${pods}/${name}/log${query}` });

test.serial('a log is what the kubelet of the pod has', async (t) => {
  const query = '?follow=true&previous=false&timestamps=1&tailLines=5&limitBytes=100&sinceSeconds=60';
  const { status, headers, text } = await logs('bound', query);
  t.deepEqual([status, headers['content-type'], text], [200, 'text/plain', 'first line\nsecond line\n']);
  const last = asked.at(-1);
  t.is(
    last?.url,
    '/containerLogs/default/bound/c?follow=true&limitBytes=100&sinceSeconds=60&tailLines=5&timestamps=true',
  );
  t.is(last?.client, 'kube-apiserver-kubelet-client');
  t.is(last?.headers.authorization, undefined);
});

test.serial("a kubelet's refusal of a log is the answer's reason", async (t) => {
  const missing = await logs('missing');
  t.is(missing.status, 404);
  t.like(JSON.parse(missing.text), {
    reason: 'NotFound',
    message: 'the server could not find the requested resource ( pods/log missing)',
  });
  const refused = await logs('refused', '?previous=true');
  t.is(refused.status, 400);
  t.like(JSON.parse(refused.text), {
    reason: 'BadRequest',
    message: 'previous terminated container "c" not found',
  });
});

test.serial('pods without a node or on one that is gone have no log', async (t) => {
  t.is((await logs('unbound')).status, 204);
  const lost = await logs('lost');
  t.is(lost.status, 404);
});

interface Upgraded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Of an answer that is no upgrade. */
  readonly text: string;
  readonly socket: Duplex | undefined;
  readonly first: Buffer;
}

function upgrade(path: string, { user = 'admin', method = 'POST', protocol = 'SPDY/3.1' } = {}): Promise<Upgraded> {
  const { promise, resolve, reject } = Promise.withResolvers<Upgraded>();
  const request = httpsRequest(`${server.portico.url}${path}`, {
    method,
    rejectUnauthorized: false,
    agent: false,
    headers: {
      authorization: `Bearer ${user}-token`,
      connection: 'Upgrade',
      upgrade: protocol,
      'x-stream-protocol-version': ['v4.channel.k8s.io', 'v3.channel.k8s.io'],
    },
  });
  request.on('upgrade', (res, socket, first) =>
    resolve({ status: 101, headers: res.headers, text: '', socket, first }),
  );
  request.on('response', (res) => {
    const chunks: Buffer[] = [];
    res.on('data', (chunk: Buffer) => chunks.push(chunk));
    res.on('end', () =>
      resolve({
        status: res.statusCode ?? 0,
        headers: res.headers,
        text: Buffer.concat(chunks).toString(),
        socket: undefined,
        first: Buffer.alloc(0),
      }),
    );
  });
  request.on('error', reject);
  request.end();
  return promise;
}

test.serial('exec hands the connection on to the kubelet, byte for byte', async (t) => {
  const { status, headers, socket, first } = await upgrade(
    `${pods}/bound/exec?command=sh&command=-c&command=echo+%22a%22&stdin=true&stdout=true&stderr=false&tty=true`,
  );
  t.is(status, 101);
  t.is(headers['x-stream-protocol-version'], 'v4.channel.k8s.io');
  t.is(headers.upgrade, 'SPDY/3.1');
  t.is(asked.at(-1)?.url, '/exec/default/bound/c?command=sh&command=-c&command=echo+%22a%22&input=1&output=1&tty=1');
  t.is(asked.at(-1)?.headers['x-stream-protocol-version'], 'v4.channel.k8s.io, v3.channel.k8s.io');
  if (socket === undefined) throw new Error('not upgraded');
  let heard = first.toString();
  const whole = new Promise<void>((resolve) => {
    const check = () => heard.includes('THERE') && resolve();
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      check();
    });
    check();
  });
  socket.write('there');
  await whole;
  t.is(heard, 'hello THERE');
  const closed = once(socket, 'close');
  socket.end();
  await closed;
});

test.serial("a kubelet's refusal to change the protocol reaches the client", async (t) => {
  const { status, text } = await upgrade(`${pods}/bound/attach?stdout=true`);
  t.deepEqual([status, text], [403, 'no!\n']);
});

test.serial('who may read exec but not create it runs no command through a WebSocket', async (t) => {
  const options = { user: 'jane', method: 'GET', protocol: 'websocket' };
  const { status, text } = await upgrade(`${pods}/bound/exec?command=sh`, options);
  t.is(status, 403);
  t.is(JSON.parse(text).reason, 'Forbidden');
});

test.serial('exec without another protocol is a bad request', async (t) => {
  const { status, text } = await server.ask('admin', { method: 'POST', path: `${pods}/bound/exec?command=sh` });
  t.is(status, 400);
  t.is(JSON.parse(text).message, 'Upgrade request required');
});

test.serial('a wish for another protocol that nobody grants is a request like any other', async (t) => {
  const { status, text } = await upgrade(pods, { method: 'GET', protocol: 'websocket' });
  t.is(status, 200);
  t.is(JSON.parse(text).kind, 'PodList');
});

test.serial('a kubelet that does not answer is named in the error', async (t) => {
  await server.ask('admin', {
    method: 'POST',
    path: '/api/v1/nodes',
    body: JSON.stringify({
      metadata: { name: 'deaf' },
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: 1 } },
      },
    }),
  });
  await server.ask('admin', {
    method: 'POST',
    path: pods,
    body: JSON.stringify({
      metadata: { name: 'unheard' },
      spec: { nodeName: 'deaf', containers: [{ name: 'c', image: 'i' }] },
    }),
  });
  const { status, text } = await logs('unheard');
  t.is(status, 500);
  t.is(
    JSON.parse(text).message,
    'Get "https://127.0.0.1:1/containerLogs/default/unheard/c?": dial tcp 127.0.0.1:1: connect: connection refused',
  );
  const exec = await upgrade(`${pods}/unheard/exec?command=sh`);
  t.is(exec.status, 500);
  t.is(JSON.parse(exec.text).message, 'dial tcp 127.0.0.1:1: connect: connection refused');
});
