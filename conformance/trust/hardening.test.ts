/** What keeps strangers out beside the decisions themselves: TLS, paths, and secrets that are told to nobody. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:tls';
import { once } from 'node:events';
import test from 'ava';
import { startPortico } from '../../server/cmd/start-portico.ts';
import { Client } from '../differential/client.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startTrusted } from './trusted-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'Content-Type': 'application/json' };

/** The protocol that was agreed on, or why none was. */
async function handshake(port: number, more: object): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...more });
  try {
    await once(socket, 'secureConnect');
    return `${socket.getProtocol() ?? ''} ${socket.getCipher().name}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

test('TLS is as new as it is to be, with the suites that are allowed', async (t) => {
  const usual = await startTrusted({});
  t.teardown(() => usual.stop());
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  t.regex(await handshake(usual.portico.port, old), /ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION|ECONNRESET|UNSUPPORTED/);
  t.regex(await handshake(usual.portico.port, { maxVersion: 'TLSv1.2' }), /^TLSv1\.2 ECDHE/);
  t.regex(await handshake(usual.portico.port, {}), /^TLSv1\.3/);

  const modern = await startTrusted({ tlsMinVersion: 'VersionTLS13' });
  t.teardown(() => modern.stop());
  t.regex(await handshake(modern.portico.port, { maxVersion: 'TLSv1.2' }), /PROTOCOL_VERSION|ECONNRESET/);

  const narrow = await startTrusted({ tlsCipherSuites: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' });
  t.teardown(() => narrow.stop());
  const twelve = { maxVersion: 'TLSv1.2' };
  t.is(await handshake(narrow.portico.port, twelve), 'TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384');
  const other = { ...twelve, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' };
  t.regex(await handshake(narrow.portico.port, other), /HANDSHAKE_FAILURE|ECONNRESET/);

  const refused = (options: object, message: RegExp) =>
    t.throwsAsync(startPortico({ storage: 'memory:', ...options }), { message });
  await refused({ tlsMinVersion: 'VersionTLS10' }, /--tls-min-version VersionTLS10: expected VersionTLS12 or/);
  await refused({ tlsCipherSuites: 'TLS_RSA_WITH_RC4_128_SHA' }, /--tls-cipher-suites TLS_RSA_WITH_RC4_128_SHA/);
});

test('pages of allowed origins may read answers, and ask without credentials whether they may', async (t) => {
  const server = await startTrusted({ corsAllowedOrigins: '//console\\.example\\.com(:|$),//localhost(:|$)' });
  t.teardown(() => server.stop());
  const from = (user: string, method: string, Origin: string) =>
    server.ask(user, { method, path: configMaps, headers: { Origin } });
  const asked = await from('', 'OPTIONS', 'https://console.example.com');
  t.is(asked.status, 204);
  t.like(asked.headers, {
    'access-control-allow-origin': 'https://console.example.com',
    'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
    'access-control-allow-credentials': 'true',
  });
  const read = await from('admin', 'GET', 'http://localhost:3000');
  t.is(read.status, 200);
  t.is(read.headers['access-control-allow-origin'], 'http://localhost:3000');
  t.is((await from('admin', 'GET', 'https://evil.example.com')).headers['access-control-allow-origin'], undefined);
  t.not((await from('', 'OPTIONS', 'https://console.example.com.evil.example')).status, 204);
  await t.throwsAsync(startPortico({ storage: 'memory:', corsAllowedOrigins: '(' }), {
    message: /--cors-allowed-origins \(: error parsing regexp/,
  });
});

test('a path means to authorization what it means to the API, however it is written', async (t) => {
  const server = await startTrusted({});
  t.teardown(() => server.stop());
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const apiGroup = 'rbac.authorization.k8s.io';
  const make = (path: string, body: object) =>
    server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(body) });
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }];
  await make(`${rbac}/roles`, { metadata: { name: 'r' }, rules });
  const subjects = [{ kind: 'User', name: 'jane', apiGroup }];
  await make(`${rbac}/rolebindings`, {
    metadata: { name: 'r' },
    roleRef: { apiGroup, kind: 'Role', name: 'r' },
    subjects,
  });
  const secret = { metadata: { name: 'hidden' }, stringData: { word: 'hush-hush' } };
  t.is((await make('/api/v1/namespaces/kube-system/secrets', secret)).status, 201);
  t.is((await server.ask('jane', { method: 'GET', path: configMaps })).status, 200);
  const elsewhere = 'kube-system/secrets/hidden';
  for (const path of [
    `/api/v1/namespaces/${elsewhere}`,
    `/api/v1/namespaces/default/../${elsewhere}`,
    `/api/v1/namespaces/default/configmaps/../../${elsewhere}`,
    `/api/v1/namespaces/default/%2e%2e/${elsewhere}`,
    `/api/v1/namespaces/default%2f..%2f${elsewhere.replaceAll('/', '%2f')}`,
    `//api/v1/namespaces/${elsewhere}`,
    `/api//v1/namespaces/${elsewhere}`,
    `/api/v1/namespaces/default/configmaps/..%2f..%2f${elsewhere}`,
    `/api/v1/namespaces/default/configmaps;/../${elsewhere}`,
    `/API/v1/namespaces/${elsewhere}`,
    `/api/v1/watch/namespaces/kube-system/secrets?timeoutSeconds=1`,
    `/api/v1/namespaces/default/configmaps?fieldSelector=metadata.namespace=kube-system`,
    `/api/v1/configmaps?namespace=default`,
    `https://elsewhere/api/v1/namespaces/${elsewhere}`,
  ]) {
    const { status, text } = await server.ask('jane', { method: 'GET', path });
    t.notRegex(text, /hush|aHVzaC1odXNo/, path);
    t.true(status >= 300 || path.includes('fieldSelector'), `${path}: ${status}`);
  }
});

test('what a credential says is told to nobody: not in answers, metrics or the log', async (t) => {
  const server = await startTrusted({});
  t.teardown(() => server.stop());
  const word = 'word-that-nobody-may-read';
  const asks = [
    { method: 'GET', path: configMaps, headers: { Authorization: `Bearer ${word}` } },
    { method: 'GET', path: configMaps, headers: { Authorization: `Basic ${word}` } },
    { method: 'GET', path: `${configMaps}?access_token=${word}`, headers: { Authorization: '' } },
  ];
  for (const request of asks) {
    const { text, headers } = await server.ask('admin', request);
    t.false((text + JSON.stringify(headers)).includes(word));
  }
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: word } };
  const path = '/apis/authentication.k8s.io/v1/tokenreviews';
  const reviewed = await server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(review) });
  t.regex(reviewed.text, /"error"/);
  const metrics = (await server.ask('admin', { method: 'GET', path: '/metrics' })).text;
  t.false(metrics.includes(word));
  t.false(server.log.join('\n').includes(word));
});

test('a server listens on loopback unless it is told otherwise, and only its owner may read what lets in', async (t) => {
  const dataDirectory = await temporaryFolder('portico-hardening');
  t.teardown(() => rm(dataDirectory, { recursive: true, force: true }));
  const portico = await startPortico({ storage: 'memory:', dataDirectory });
  t.teardown(() => portico.stop());
  t.regex(portico.url, /^https:\/\/127\.0\.0\.1:/);
  for (const file of ['kubeconfig', 'pki/ca.key', 'pki/sa.key', 'pki/admin.key', 'pki/apiserver.key']) {
    const found = await stat(`${dataDirectory}/${file}`).catch(() => undefined);
    if (found !== undefined) t.is(found.mode & 0o777, 0o600, file);
  }
  t.is((await stat(portico.kubeConfigPath ?? '')).mode & 0o777, 0o600);
});

test('names and texts in headers stay what they are', async (t) => {
  const server = await startTrusted({});
  t.teardown(() => server.stop());
  const odd = 'x"><script>,\\';
  const { headers } = await server.ask('admin', { method: 'GET', path: '/version', headers: { 'Audit-ID': odd } });
  t.is(headers['audit-id'], odd);
  const refused = await server.ask('jane', {
    method: 'GET',
    path: configMaps,
    headers: { 'Impersonate-User': odd, 'Impersonate-Group': 'system:masters' },
  });
  t.is(refused.status, 403);
  t.is(refused.headers['content-type'], 'application/json');
  t.is(refused.headers['x-content-type-options'], 'nosniff');
  const both = await server.ask('', {
    method: 'GET',
    path: configMaps,
    headers: { 'X-Remote-User': 'admin', 'X-Remote-Group': 'system:masters' },
  });
  t.is(both.status, 403, 'nobody is a front proxy without a certificate');
});

test('a token that is huge, broken or empty names nobody, and the server goes on', async (t) => {
  const server = await startTrusted({});
  t.teardown(() => server.stop());
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ iss: 'https://kubernetes.default.svc.cluster.local', sub: 'system:serviceaccount:default:x' });
  const tokens = [
    'x'.repeat(200_000),
    `${part({ alg: 'none' })}.${claims}.`,
    `${part({ alg: 'ES256' })}.${part({ iss: 'https://kubernetes.default.svc.cluster.local', pad: 'y'.repeat(300_000) })}.AAAA`,
    `${part({ alg: 'HS256' })}.${claims}.AAAA`,
    '..',
    `${'.'.repeat(5_000)}`,
    '%00',
  ];
  for (const token of tokens) {
    const { status } = await server.ask('', {
      method: 'GET',
      path: configMaps,
      headers: { Authorization: `Bearer ${token}` },
    });
    t.is(status, 401, token.slice(0, 40));
  }
  const empty = await server.ask('', { method: 'GET', path: configMaps, headers: { Authorization: 'Bearer ' } });
  t.true([401, 403].includes(empty.status));
  t.is((await server.ask('admin', { method: 'GET', path: configMaps })).status, 200);
});

test('a certificate that is not for clients names nobody', async (t) => {
  const dataDirectory = await temporaryFolder('portico-hardening');
  t.teardown(() => rm(dataDirectory, { recursive: true, force: true }));
  const portico = await startPortico({ storage: 'memory:', dataDirectory });
  t.teardown(() => portico.stop());
  const pki = await readdir(`${dataDirectory}/pki`);
  const serving = pki.find((name) => /^(apiserver|serving|server)\.crt$/.test(name)) ?? '';
  const [certificate, key] = await Promise.all([
    readFile(`${dataDirectory}/pki/${serving}`, 'utf8'),
    readFile(`${dataDirectory}/pki/${serving.replace('.crt', '.key')}`, 'utf8'),
  ]);
  const client = new Client({ url: portico.url, insecure: true, certificate, key });
  t.teardown(() => client.close());
  const { status } = await client.send({ method: 'GET', path: configMaps });
  t.is(status, 401);
});
