/** Tokens of service accounts and of nodes that join: which are believed, which are not any more, and what is said of them. */
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { SignJWT } from 'jose';
import { eventually } from '../hostile/raw-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startTrusted } from './trusted-server.ts';

interface Secret {
  readonly metadata: { readonly uid?: string; readonly labels?: Record<string, string> };
}

const core = '/api/v1/namespaces/default';
const json = { 'Content-Type': 'application/json' };

test('a Secret carries the day on which its token was last used, a label makes it nobody’s, and the trail says how it was used', async (t) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = await temporaryFolder('portico-legacy');
  const serviceAccountSigningKeyFile = join(folder, 'sa.key');
  const auditPolicyFile = join(folder, 'policy.yaml');
  const auditLogPath = join(folder, 'audit.log');
  await writeFile(auditPolicyFile, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n');
  await writeFile(serviceAccountSigningKeyFile, privateKey.export({ type: 'sec1', format: 'pem' }));
  const server = await startTrusted({
    serviceAccountSigningKeyFile,
    auditPolicyFile,
    auditLogPath,
    auditLogMode: 'blocking-strict',
  });
  t.teardown(() => server.stop());
  const post = (path: string, body: object) =>
    server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(body) });
  const account = JSON.parse((await post(`${core}/serviceaccounts`, { metadata: { name: 'old' } })).text) as Secret;
  const token = await new SignJWT({
    iss: 'kubernetes/serviceaccount',
    sub: 'system:serviceaccount:default:old',
    'kubernetes.io/serviceaccount/namespace': 'default',
    'kubernetes.io/serviceaccount/secret.name': 'old',
    'kubernetes.io/serviceaccount/service-account.name': 'old',
    'kubernetes.io/serviceaccount/service-account.uid': account.metadata.uid,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey);
  const annotations = {
    'kubernetes.io/service-account.name': 'old',
    'kubernetes.io/service-account.uid': account.metadata.uid,
  };
  const made = await post(`${core}/secrets`, {
    metadata: { name: 'old', annotations },
    type: 'kubernetes.io/service-account-token',
    stringData: { token },
  });
  t.is(made.status, 201, made.text);
  const path = `${core}/secrets/old`;
  const secret = async () => JSON.parse((await server.ask('admin', { method: 'GET', path })).text) as Secret;
  const use = () =>
    server.ask('admin', {
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      headers: { ...json, Authorization: `Bearer ${token}` },
      body: '{}',
    });
  const used = await use();
  t.is(used.status, 201, used.text);
  t.regex(used.text, /"system:serviceaccount:default:old"/);
  const day = () => new Date().toISOString().slice(0, 10);
  const before = day();
  const lastUsed = async () => (await secret()).metadata.labels?.['kubernetes.io/legacy-token-last-used'];
  t.true(await eventually(async () => (await lastUsed()) !== undefined));
  t.true([before, day()].includes((await lastUsed()) ?? ''));

  const labels = { 'kubernetes.io/legacy-token-invalid-since': before };
  const headers = { 'Content-Type': 'application/merge-patch+json' };
  await server.ask('admin', { method: 'PATCH', path, headers, body: JSON.stringify({ metadata: { labels } }) });
  t.is((await use()).status, 401);

  /** What the trail says last of the use of such a token. */
  const remarks = async () => {
    const lines = (await readFile(auditLogPath, 'utf8')).trimEnd().split('\n');
    const event = JSON.parse(lines.findLast((line) => line.includes('legacy-token"')) ?? '{}') as {
      annotations?: Record<string, string>;
    };
    const entries = Object.entries(event.annotations ?? {});
    return Object.fromEntries(
      entries
        .filter(([key]) => key.startsWith('authentication.k8s.io/'))
        .map(([key, value]) => [key.slice('authentication.k8s.io/'.length), value]),
    );
  };
  const own = { 'legacy-token': 'system:serviceaccount:default:old' };
  t.deepEqual(await remarks(), { ...own, 'legacy-token-invalidated': 'old/default' });
  const unmark = { 'kubernetes.io/legacy-token-invalid-since': null };
  await server.ask('admin', { method: 'PATCH', path, headers, body: JSON.stringify({ metadata: { labels: unmark } }) });
  const again = await use();
  t.is(again.headers.warning, undefined);
  t.deepEqual(await remarks(), { ...own, 'legacy-token-manual-secret': 'old' });
  await server.ask('admin', {
    method: 'PATCH',
    path: `${core}/serviceaccounts/old`,
    headers,
    body: JSON.stringify({ secrets: [{ name: 'old' }] }),
  });
  const automatic = await use();
  t.regex(
    String(automatic.headers.warning),
    /Use tokens from the TokenRequest API or manually created secret-based tokens/,
  );
  t.deepEqual(await remarks(), { ...own, 'legacy-token-autogenerated-secret': 'old' });
});

const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';

interface Review {
  readonly status: { readonly authenticated?: boolean; readonly error?: string; readonly user: object };
}

test('a token that has ended, has not begun or says something else of its account names nobody, and a review says why', async (t) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serviceAccountSigningKeyFile = join(await temporaryFolder('portico-tokens'), 'sa.key');
  await writeFile(serviceAccountSigningKeyFile, privateKey.export({ type: 'sec1', format: 'pem' }));
  const issuer = 'https://tokens.example.com';
  const server = await startTrusted({ serviceAccountSigningKeyFile, serviceAccountIssuer: issuer });
  t.teardown(() => server.stop());
  const post = (path: string, body: object) =>
    server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(body) });
  const made = await post(`${core}/serviceaccounts`, { metadata: { name: 'worker' } });
  const { uid } = (JSON.parse(made.text) as Secret).metadata;
  const now = Math.floor(Date.now() / 1000);
  const tokenOf = (claims: object = {}, account: object = {}) =>
    new SignJWT({
      iss: issuer,
      sub: 'system:serviceaccount:default:worker',
      aud: [issuer],
      iat: now,
      nbf: now,
      exp: now + 600,
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'worker', uid }, ...account },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
  const reviewed = async (token: string) =>
    (JSON.parse((await post(reviews, { spec: { token } })).text) as Review).status;
  const me = { method: 'GET', path: `${core}/pods` };
  const used = async (token: string) =>
    (await server.ask('', { ...me, headers: { Authorization: `Bearer ${token}` } })).status;

  const right = await tokenOf();
  t.is((await reviewed(right)).authenticated, true);
  t.is(await used(right), 403, 'it is known, and may not list pods');
  // Clocks may differ by a minute.
  t.is(await used(await tokenOf({ exp: now - 30 })), 403);
  const gone = { name: 'gone', uid: 'x' };
  const wrong: ReadonlyArray<readonly [string, RegExp]> = [
    [await tokenOf({ exp: now - 120 }), /service account token has expired/],
    [await tokenOf({ nbf: now + 600 }), /service account token is not valid yet/],
    [await tokenOf({ iat: now + 600 }), /service account token is issued in the future/],
    [await tokenOf({ aud: ['somebody'] }), /token audiences \["somebody"\] is invalid for the target audiences/],
    [
      await tokenOf({}, { serviceaccount: { name: 'worker', uid: 'other' } }),
      /service account UID .* does not match claim/,
    ],
    [await tokenOf({}, { serviceaccount: { name: 'nobody', uid } }), /serviceaccounts "nobody" not found/],
    [await tokenOf({}, { pod: gone }), /service account token has been invalidated/],
    [await tokenOf({}, { secret: gone }), /service account token has been invalidated/],
    [await tokenOf({}, { node: gone }), /service account token has been invalidated/],
    [await tokenOf({ iss: 'https://else.example.com' }), /^invalid bearer token$/],
  ];
  for (const [token, message] of wrong) {
    const status = await reviewed(token);
    t.not(status.authenticated, true);
    t.deepEqual(status.user, {});
    t.regex(status.error ?? '', message);
    t.is(await used(token), 401, String(message));
  }
});

test('a bootstrap token is believed for as long as its Secret says so, and only word for word', async (t) => {
  const server = await startTrusted({ enableBootstrapTokenAuth: true });
  t.teardown(() => server.stop());
  const path = '/api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef';
  const write = async (data: Record<string, string>, type = 'bootstrap.kubernetes.io/token') => {
    await server.ask('admin', { method: 'DELETE', path });
    const stringData = {
      'token-id': 'abcdef',
      'token-secret': '0123456789abcdef',
      'usage-bootstrap-authentication': 'true',
      ...data,
    };
    const body = JSON.stringify({ metadata: { name: 'bootstrap-token-abcdef' }, type, stringData });
    const secrets = '/api/v1/namespaces/kube-system/secrets';
    const made = await server.ask('admin', { method: 'POST', path: secrets, headers: json, body });
    t.is(made.status, 201, made.text);
  };
  const believed = async (token = 'abcdef.0123456789abcdef') => {
    const body = JSON.stringify({ spec: { token } });
    const answer = await server.ask('admin', { method: 'POST', path: reviews, headers: json, body });
    const { status } = JSON.parse(answer.text) as Review;
    return status.authenticated === true ? status.user : undefined;
  };
  await server.ask('admin', {
    method: 'POST',
    path: '/api/v1/namespaces',
    headers: json,
    body: '{"metadata":{"name":"kube-system"}}',
  });
  t.is(await believed(), undefined, 'there is no such Secret');
  await write({ 'auth-extra-groups': 'system:bootstrappers:workers' });
  t.deepEqual(await believed(), {
    username: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:bootstrappers:workers', 'system:authenticated'],
  });
  for (const token of ['abcdef.0123456789abcdeF', 'abcdef.0123456789abcde', 'abcdeg.0123456789abcdef', 'abcdef']) {
    t.is(await believed(token), undefined, token);
  }
  const soon = new Date(Date.now() + 600_000).toISOString();
  const past = new Date(Date.now() - 1000).toISOString();
  await write({ expiration: soon });
  t.truthy(await believed());
  const unfit: ReadonlyArray<Record<string, string>> = [
    { expiration: past },
    { expiration: 'tomorrow' },
    { 'usage-bootstrap-authentication': 'false' },
    { 'token-id': 'ghijkl' },
    { 'token-secret': 'fedcba9876543210' },
    { 'auth-extra-groups': 'system:masters' },
  ];
  for (const data of unfit) {
    await write(data);
    t.is(await believed(), undefined, JSON.stringify(data));
  }
  await write({}, 'Opaque');
  t.is(await believed(), undefined, 'a Secret of another type');
  await write({});
  t.truthy(await believed());
  await server.ask('admin', { method: 'DELETE', path });
  t.is(await believed(), undefined, 'it is gone');
});
