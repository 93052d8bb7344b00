/** What arrives on the port and is no request, no whole request, or too many of them: answered or ended, never fatal. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { SecureServer } from '../../server/apiserver/serving/secure-server.ts';
import { ClientTrust } from '../../server/cmd/client-trust.ts';
import { readAuthorities } from '../../server/cmd/credentials.ts';
import { loadOrCreatePki } from '../../server/cmd/pki.ts';
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import {
  ask,
  eventually,
  exchange,
  http2To,
  metric,
  parseAnswers,
  readAll,
  request,
  startTarget,
  type Target,
  tlsTo,
} from './raw-client.ts';

let target: Target;
test.before(async () => {
  target = await startTarget();
});
test.after.always(() => target?.portico.stop());

const close = 'Connection: close';
const json = 'Content-Type: application/json';
const configMaps = '/api/v1/namespaces/default/configmaps';

test('plain HTTP on the TLS port is told so', async (t) => {
  const socket = connectTcp(target.port, '127.0.0.1');
  socket.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');
  const text = (await readAll(socket)).toString();
  t.is(text, 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
});

test('bytes that are no TLS end the connection', async (t) => {
  const socket = connectTcp(target.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.alloc(4096, 0xff));
  await readAll(socket);
  t.pass();
});

const broken: Readonly<Record<string, readonly [code: number, bytes: (target: Target) => Buffer | string]>> = {
  'no HTTP at all': [400, () => 'hello\r\n\r\n'],
  'a space in the path': [400, (to) => request(to, 'GET /api/v1/a b')],
  'a control character in the path': [400, (to) => request(to, 'GET /api/v1/a\x01b')],
  'a path without its slash': [400, (to) => request(to, 'GET api')],
  'a broken header name': [400, (to) => request(to, 'GET /api', ['Bad Header: x'])],
  'NUL in a header': [400, (to) => request(to, 'GET /api', ['X-A: a\0b'])],
  'a negative length': [400, (to) => request(to, `POST ${configMaps}`, ['Content-Length: -1'])],
  'a length that is no number': [400, (to) => request(to, `POST ${configMaps}`, ['Content-Length: x'])],
  'two lengths': [400, (to) => request(to, `POST ${configMaps}`, ['Content-Length: 2', 'Content-Length: 3'])],
  'a length and a transfer encoding': [
    400,
    (to) => request(to, `POST ${configMaps}`, ['Content-Length: 6', 'Transfer-Encoding: chunked']),
  ],
  'an unknown transfer encoding': [400, (to) => request(to, `POST ${configMaps}`, ['Transfer-Encoding: xchunked'])],
  'a transfer encoding behind a space': [
    400,
    (to) => request(to, `POST ${configMaps}`, ['Transfer-Encoding : chunked']),
  ],
  'a broken chunk': [
    400,
    (to) =>
      Buffer.concat([request(to, `POST ${configMaps}`, [json, 'Transfer-Encoding: chunked']), Buffer.from('zz\r\n')]),
  ],
  'a chunk longer than numbers go': [
    400,
    (to) =>
      Buffer.concat([
        request(to, `POST ${configMaps}`, [json, 'Transfer-Encoding: chunked']),
        Buffer.from('fffffffffffffffff\r\n'),
      ]),
  ],
  'an unknown method': [405, (to) => request(to, 'FROB /api/v1/namespaces')],
  CONNECT: [405, (to) => request(to, 'CONNECT example.com:443')],
  'a header of two megabytes': [431, (to) => request(to, 'GET /api', [`X-A: ${'a'.repeat(2_000_000)}`])],
  'a URL of two megabytes': [431, (to) => request(to, `GET /${'a'.repeat(2_000_000)}`)],
  'ninety thousand headers': [
    431,
    (to) =>
      request(
        to,
        'GET /api',
        Array.from({ length: 90_000 }, (_, i) => `X-${i}: aaaaaaa`),
      ),
  ],
  'an expectation nobody knows': [417, (to) => request(to, 'GET /api', ['Expect: the-unexpected'])],
};

for (const [what, [code, bytes]] of Object.entries(broken)) {
  test(`HTTP/1.1 with ${what} gets one Status ${code} and the connection is closed`, async (t) => {
    const answers = await exchange(target, bytes(target));
    t.deepEqual(
      answers.map((answer) => answer.status?.code),
      [code],
    );
    t.regex(answers[0]?.head ?? '', /connection: close/i);
  });
}

test('headers and URLs up to the limit are read', async (t) => {
  const headers = Array.from({ length: 5_000 }, (_, i) => `X-${i}: a`);
  t.like(await exchange(target, request(target, 'GET /version', [...headers, close])), [{ code: 200 }]);
  const [answer] = await exchange(target, request(target, `GET ${configMaps}/${'a'.repeat(300_000)}`, [close]));
  t.is(answer?.status?.reason, 'NotFound');
});

test('requests in one piece are answered one by one, in order', async (t) => {
  const names = ['a', 'b', 'c'];
  const bytes = names.map((name, i) => request(target, `GET ${configMaps}/${name}`, i === 2 ? [close] : []));
  const answers = await exchange(target, Buffer.concat(bytes));
  t.deepEqual(
    answers.map(({ status }) => status?.message),
    names.map((name) => `configmaps "${name}" not found`),
  );
});

test('a body on GET is not the next request', async (t) => {
  const inner = request(target, `DELETE /api/v1/namespaces/default`);
  const bytes = Buffer.concat([
    request(target, `GET ${configMaps}/a`, [], inner),
    request(target, `GET ${configMaps}/b`, [close]),
  ]);
  const answers = await exchange(target, bytes);
  t.deepEqual(
    answers.map(({ code }) => code),
    [404, 404],
  );
});

test('an upload is asked for only when it is wanted', async (t) => {
  const wanted = request(target, `POST ${configMaps}?dryRun=All`, [json, 'Expect: 100-continue', close], '{}');
  t.deepEqual(
    (await exchange(target, wanted)).map(({ code }) => code),
    [100, 422],
  );
  const stranger = { ...target, token: 'wrong' };
  const unwanted = request(stranger, `POST ${configMaps}`, [json, 'Expect: 100-continue', 'Content-Length: 2']);
  t.deepEqual(
    (await exchange(target, unwanted)).map(({ code }) => code),
    [401],
  );
});

test('a body over the limit gets 413, declared or not, over HTTP/1.1 and HTTP/2', async (t) => {
  const body = Buffer.alloc(4 * 1024 * 1024, 'a');
  const message = 'Request entity too large: limit is 3145728';
  const declared = await exchange(target, request(target, `POST ${configMaps}`, [json], body));
  const chunked = Buffer.concat([
    request(target, `POST ${configMaps}`, [json, 'Transfer-Encoding: chunked']),
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
  for (const answers of [declared, await exchange(target, chunked)]) {
    t.deepEqual(
      answers.map(({ status }) => [status?.code, status?.message]),
      [[413, message]],
    );
  }
  const session = http2To(target);
  for (const length of [{}, { 'content-length': body.length }]) {
    const headers = { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json', ...length };
    t.like(await ask(session, target, headers, body), { code: 413, status: { message } });
  }
  t.like(await ask(session, target, { ':path': '/livez' }), { code: 200 });
  session.close();
});

test('an upload that is broken off writes nothing and leaves nothing behind', async (t) => {
  const head = request(target, `POST ${configMaps}`, [json, 'Content-Length: 1000']);
  const object = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"half"}}';
  for (let i = 0; i < 20; i++) {
    const socket = await tlsTo(target);
    socket.write(Buffer.concat([head, Buffer.from(object)]), () => socket.destroy());
    await once(socket, 'close');
  }
  const session = http2To(target);
  const stream = session.request({
    ':method': 'POST',
    ':path': configMaps,
    authorization: `Bearer ${target.token}`,
    'content-type': 'application/json',
  });
  stream.on('error', () => undefined);
  stream.write(object);
  await new Promise((resolve) => session.ping(resolve));
  stream.close(8);
  t.is((await ask(session, target, { ':path': `${configMaps}/half` })).code, 404);
  session.close();
  // The one that asks is under way itself.
  t.true(await eventually(async () => (await metric(target, 'portico_requests_active')) === 1));
});

test('a client that is slow with its headers is given up', async (t) => {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['localhost'], now: Date.now() });
  const server = new SecureServer({
    certificate: pki.serving.certificate,
    key: pki.serving.key,
    clientCertificateAuthority: undefined,
    clock: systemClock,
    headersTimeout: 50,
    listener: (_req, res) => res.end(),
  });
  const { port } = await server.listen({ port: 0, bindAddress: '127.0.0.1' });
  const slow = await tlsTo({ ...target, port });
  slow.write('GET /api HTTP/1.1\r\nHost: x\r\n');
  t.like(parseAnswers(await readAll(slow)), [{ status: { code: 408 } }]);
  const silent = await tlsTo({ ...target, port });
  t.like(parseAnswers(await readAll(silent)), [{ status: { code: 408 } }]);
  server.destroy();
});

test('a body that does not come gets 504 within the limit, and the connection is closed', async (t) => {
  const bytes = request(target, `POST ${configMaps}?timeout=100ms`, [json, 'Content-Length: 100']);
  const answers = await exchange(target, Buffer.concat([bytes, Buffer.from('{')]));
  t.like(answers, [
    {
      status: {
        code: 504,
        reason: 'Timeout',
        message: 'Timeout: request did not complete within the allotted timeout',
      },
    },
  ]);
  const session = http2To(target);
  const stream = session.request({
    ':method': 'POST',
    ':path': `${configMaps}?timeout=100ms`,
    authorization: `Bearer ${target.token}`,
    'content-type': 'application/json',
  });
  stream.write('{');
  const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
  t.is(headers[':status'], 504);
  stream.resume();
  await once(stream, 'close');
  session.close();
});

test('watches of a client that goes away are released', async (t) => {
  const before = await metric(target, 'apiserver_longrunning_requests');
  const session = http2To(target);
  const streams = Array.from({ length: 200 }, () =>
    session.request({ ':path': `${configMaps}?watch=1`, authorization: `Bearer ${target.token}` }),
  );
  await Promise.all(streams.map((stream) => once(stream, 'response')));
  t.is(await metric(target, 'apiserver_longrunning_requests'), before + 200);
  for (const stream of streams.slice(0, 100)) stream.close(8);
  t.true(await eventually(async () => (await metric(target, 'apiserver_longrunning_requests')) === before + 100));
  session.destroy();
  t.true(await eventually(async () => (await metric(target, 'apiserver_longrunning_requests')) === before));
  t.true(await eventually(async () => (await metric(target, 'portico_requests_active')) === 1));
});

test('a flood of reset streams ends at most its own connection', async (t) => {
  const session = http2To(target);
  await once(session, 'connect');
  for (let i = 0; i < 3_000 && !session.destroyed; i++) {
    const stream = session.request({ ':path': configMaps, authorization: `Bearer ${target.token}` });
    stream.on('error', () => undefined);
    stream.close(8);
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const another = http2To(target);
  t.is((await ask(another, target, { ':path': '/readyz' })).code, 200);
  another.close();
  session.destroy();
  t.true(await eventually(async () => (await metric(target, 'portico_requests_active')) === 1));
});

test('floods of settings and pings do not take the server along', async (t) => {
  const session = http2To(target);
  await once(session, 'connect');
  for (let i = 0; i < 500 && !session.destroyed; i++) {
    session.settings({ initialWindowSize: 65_535 + i }, () => undefined);
    if (!session.destroyed) session.ping(() => undefined);
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  session.destroy();
  const another = http2To(target);
  t.is((await ask(another, target, { ':path': '/readyz' })).code, 200);
  another.close();
});

test('a certificate of another authority, or one that has expired, names nobody', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'portico-hostile-'));
  const hosts = ['localhost'];
  const foreign = await loadOrCreatePki({ folder: undefined, hosts, now: Date.now() });
  const old = await loadOrCreatePki({ folder: undefined, hosts, now: Date.now() - 400 * 24 * 60 * 60 * 1000 });
  const clientCaFile = path.join(folder, 'ca.crt');
  await writeFile(clientCaFile, old.authority.certificate);
  const strict = await startTarget({ clientCaFile });
  const bare = `GET ${configMaps} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  for (const { admin } of [foreign, old]) {
    const answers = await exchange(strict, bare, { cert: admin.certificate, key: admin.key });
    t.true(answers.length === 1 && [401, 403].includes(answers[0]?.status?.code ?? 0), answers[0]?.body);
    const withToken = request(strict, `GET ${configMaps}`, ['Connection: close']);
    t.like(await exchange(strict, withToken, { cert: admin.certificate, key: admin.key }), [{ code: 200 }]);
  }
  t.like(await exchange(strict, bare.replace('Host', 'Authorization: Bearer nope\r\nHost')), [
    { status: { code: 401 } },
  ]);
  await strict.portico.stop();
  await rm(folder, { recursive: true });
});

test('a client certificate names its user over HTTP/1.1 and HTTP/2', async (t) => {
  const { users } = parse(target.portico.kubeConfig) as { users: Array<{ user: Record<string, string> }> };
  const pem = (field: string) => Buffer.from(users[0]?.user[field] ?? '', 'base64').toString();
  const [cert, key] = [pem('client-certificate-data'), pem('client-key-data')];
  const bare = `GET ${configMaps} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  t.like(await exchange(target, bare, { cert, key }), [{ code: 200 }]);
  const session = http2To(target, { cert, key });
  t.is((await ask(session, { ...target, token: 'none' }, { ':path': configMaps, authorization: '' })).code, 200);
  session.close();
});

test('a front proxy names users in headers, and nobody else does', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'portico-hostile-'));
  const proxies = await loadOrCreatePki({ folder: undefined, hosts: ['localhost'], now: Date.now() });
  const file = path.join(folder, 'ca.crt');
  await writeFile(file, proxies.authority.certificate);
  const behind = await startTarget({
    requestheaderClientCaFile: file,
    requestheaderAllowedNames: 'portico-admin,other',
  });
  const { users } = parse(behind.portico.kubeConfig) as { users: Array<{ user: Record<string, string> }> };
  const pem = (field: string) => Buffer.from(users[0]?.user[field] ?? '', 'base64').toString();
  const review = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const ask = async (headers: readonly string[], options: { cert: string; key: string }) => {
    const head = [
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      `Content-Length: ${review.length}`,
      close,
      ...headers,
    ];
    const [answer] = await exchange(behind, `${head.join('\r\n')}\r\n\r\n${review}`, options);
    const body = JSON.parse(answer?.body ?? '{}') as { status?: { userInfo?: object } };
    return { code: answer?.code, user: body.status?.userInfo };
  };
  const asAnn = ['X-Remote-User: ann', 'X-Remote-Group: a', 'x-remote-group: b', 'X-Remote-Extra-Example.com%2fc: d'];
  const proxy = { cert: proxies.admin.certificate, key: proxies.admin.key };
  t.deepEqual(await ask(asAnn, proxy), {
    code: 201,
    user: { username: 'ann', groups: ['a', 'b', 'system:authenticated'], extra: { 'example.com/c': ['d'] } },
  });
  // A proxy that names nobody is nobody itself, whatever its certificate says.
  t.is((await ask([], proxy)).code, 401);
  const admin = { cert: pem('client-certificate-data'), key: pem('client-key-data') };
  t.like(await ask(asAnn, admin), { code: 201, user: { username: 'portico-admin' } });
  await behind.portico.stop();
  await rm(folder, { recursive: true });
});

test('authorities are read again when their file has changed, and stay when it is broken', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'portico-hostile-'));
  const [own, one, two] = await Promise.all(
    [1, 2, 3].map(() => loadOrCreatePki({ folder: undefined, hosts: ['localhost'], now: Date.now() })),
  );
  const fingerprint = (pem: string | undefined) => [new X509Certificate(pem ?? '').fingerprint256];
  const clientCaFile = path.join(folder, 'ca.crt');
  await writeFile(clientCaFile, one?.authority.certificate ?? '');
  let look: () => void = () => undefined;
  const clock = { ...systemClock, after: (_: number, then: () => void) => ((look = then), () => undefined) };
  const options = { clientCaFile };
  const bundles = await readAuthorities(options, own?.authority.certificate ?? '');
  const troubles: string[] = [];
  const trust = new ClientTrust({
    options,
    clock,
    own: own?.authority.certificate ?? '',
    ownFrontProxies: undefined,
    bundles,
    log: ({ message }) => troubles.push(message),
  });
  let changed = Promise.withResolvers<void>();
  trust.watch(() => Promise.resolve(changed.resolve()));
  t.true(trust.authorities.isClient(fingerprint(one?.authority.certificate)));
  await writeFile(clientCaFile, two?.authority.certificate ?? '');
  look();
  await changed.promise;
  t.false(trust.authorities.isClient(fingerprint(one?.authority.certificate)));
  t.true(trust.authorities.isClient(fingerprint(two?.authority.certificate)));
  t.true(trust.authorities.isClient(fingerprint(own?.authority.certificate)));
  await writeFile(clientCaFile, 'half written');
  changed = Promise.withResolvers<void>();
  look();
  t.true(await eventually(() => Promise.resolve(troubles.length === 1)));
  t.true(trust.authorities.isClient(fingerprint(two?.authority.certificate)));
  trust.stop();
  await rm(folder, { recursive: true });
});

test('paths may be named that are open to everyone; a configuration that makes no sense is refused', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'portico-hostile-'));
  const authenticationConfig = path.join(folder, 'authentication.yaml');
  const configured = async (more: string): Promise<Target> => {
    const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
    await writeFile(authenticationConfig, head + more);
    return startTarget({ authenticationConfig });
  };
  const open = await configured('anonymous: {enabled: true, conditions: [{path: /livez}]}\n');
  const codeOf = async (at: string) =>
    (await exchange(open, `GET ${at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))[0]?.code;
  t.is(await codeOf('/livez'), 200);
  t.is(await codeOf('/readyz'), 401);
  t.is(await codeOf(configMaps), 401);
  await open.portico.stop();
  const issuer = 'jwt: [{issuer: {url: https://example.com, audiences: [a]}, claimMappings: {username: ';
  await t.throwsAsync(configured(`${issuer}{expression: "claims."}}}]\n`), {
    message: /jwt\[0\]\.claimMappings\.username\.expression: compilation failed/,
  });
  await t.throwsAsync(configured(`${issuer}{claim: sub}}, more: 1}]\n`), { message: /jwt\[0\]: unknown field more/ });
  await rm(folder, { recursive: true });
});

test('methods and upgrades that nothing serves are refused with a Status', async (t) => {
  for (const method of ['OPTIONS', 'TRACE']) {
    t.like(await exchange(target, request(target, `${method} ${configMaps}`, [close])), [
      { status: { code: 405, reason: 'MethodNotAllowed' } },
    ]);
  }
  const upgrade = request(target, `GET ${configMaps}/a`, ['Connection: Upgrade, close', 'Upgrade: websocket', close]);
  t.like(await exchange(target, upgrade), [{ status: { code: 404 } }]);
});
