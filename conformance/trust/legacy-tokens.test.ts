/** Tokens that are kept in Secrets and never end: used, watched, and taken away by a label. */
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
