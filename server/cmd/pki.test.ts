import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { combinedTrust } from '../apiserver/bootstrap/combined-trust.ts';
import { createAuthority } from './certificate-authority.ts';
import { loadOrCreatePki } from './pki.ts';

const day = 24 * 60 * 60 * 1000;
const hosts = ['localhost', '127.0.0.1', '::1'];

async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portico-pki-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('certificates are kept, with keys that only their owner may read', async (t) => {
  const folder = await temporaryFolder(t);
  const now = Date.now();
  const first = await loadOrCreatePki({ folder, hosts, now });
  t.deepEqual(await loadOrCreatePki({ folder, hosts, now: now + 300 * day }), first);
  t.deepEqual((await readdir(folder)).sort(), [
    'admin.crt',
    'admin.key',
    'apiserver-kubelet-client.crt',
    'apiserver-kubelet-client.key',
    'apiserver.crt',
    'apiserver.key',
    'ca.crt',
    'ca.key',
    'front-proxy-ca.crt',
    'front-proxy-ca.key',
    'front-proxy-client.crt',
    'front-proxy-client.key',
    'kubelet.crt',
    'kubelet.key',
  ]);
  for (const name of ['admin', 'apiserver', 'ca']) t.is((await stat(join(folder, `${name}.key`))).mode & 0o777, 0o600);
});

test('a certificate that is about to expire is made anew by the same authority', async (t) => {
  const folder = await temporaryFolder(t);
  const now = Date.now();
  const first = await loadOrCreatePki({ folder, hosts, now });
  const later = now + 340 * day;
  const second = await loadOrCreatePki({ folder, hosts, now: later });
  t.is(second.authority.certificate, first.authority.certificate);
  for (const { certificate } of [second.serving, second.admin]) {
    const made = new X509Certificate(certificate);
    t.true(made.checkIssued(new X509Certificate(first.authority.certificate)));
    t.true(made.verify(new X509Certificate(first.authority.certificate).publicKey));
    t.true(Date.parse(made.validTo) > later + 360 * day);
  }
  t.true(new X509Certificate(second.admin.certificate).subject.includes('O=system:masters'));
});

test('a host that the serving certificate does not name gets one that does, and the administrator keeps theirs', async (t) => {
  const folder = await temporaryFolder(t);
  const now = Date.now();
  const first = await loadOrCreatePki({ folder, hosts, now });
  const second = await loadOrCreatePki({ folder, hosts: [...hosts, '192.0.2.7', 'api.example.com'], now });
  const serving = new X509Certificate(second.serving.certificate);
  t.truthy(serving.checkIP('192.0.2.7'));
  t.truthy(serving.checkHost('api.example.com'));
  t.is(second.admin.certificate, first.admin.certificate);
});

test('half a pair, a stranger and a broken file are replaced', async (t) => {
  const folder = await temporaryFolder(t);
  const now = Date.now();
  const first = await loadOrCreatePki({ folder, hosts, now });
  const stranger = await loadOrCreatePki({ folder: undefined, hosts, now });
  await rm(join(folder, 'admin.crt'));
  await writeFile(join(folder, 'apiserver.crt'), stranger.serving.certificate);
  const second = await loadOrCreatePki({ folder, hosts, now });
  await writeFile(join(folder, 'apiserver.crt'), 'not a certificate');
  const third = await loadOrCreatePki({ folder, hosts, now });
  const authority = new X509Certificate(first.authority.certificate);
  for (const { certificate } of [second.serving, second.admin, third.serving])
    t.true(new X509Certificate(certificate).checkIssued(authority));
});

test('servers that start at once in one folder all start', async (t) => {
  const folder = await temporaryFolder(t);
  const now = Date.now();
  await t.notThrowsAsync(Promise.all([1, 2, 3, 4].map(() => loadOrCreatePki({ folder, hosts, now }))));
  t.is((await readdir(folder)).length, 14);
});

test('servers on one store publish the authorities of all of them, those that have ended no longer', async (t) => {
  const now = Date.parse('2026-11-28T00:00:00Z');
  const [first, second] = await Promise.all(['one', 'two'].map((name) => createAuthority(name, now)));
  const trustOf = (certificate = '', header = '') => ({
    'client-ca-file': certificate,
    'requestheader-username-headers': JSON.stringify(['X-Remote-User', header]),
  });
  const alone = combinedTrust({}, trustOf(first?.certificate, 'X-A'), now);
  const both = combinedTrust(alone, trustOf(second?.certificate, 'X-B'), now);
  const subjects = (bundle = '') =>
    bundle
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter(Boolean)
      .map((pem) => new X509Certificate(pem).subject);
  t.deepEqual(subjects(both['client-ca-file']), ['CN=one', 'CN=two']);
  t.is(both['requestheader-username-headers'], '["X-Remote-User","X-A","X-B"]');
  t.deepEqual(combinedTrust(both, trustOf(first?.certificate, 'X-A'), now), both, 'a second look changes nothing');
  const later = now + 100 * 366 * 86_400_000;
  const renewed = await createAuthority('three', later);
  t.deepEqual(subjects(combinedTrust(both, trustOf(renewed.certificate), later)['client-ca-file']), ['CN=three']);
  const broken = { 'client-ca-file': 'none', 'requestheader-username-headers': '{' };
  t.deepEqual(combinedTrust(broken, trustOf(first?.certificate, 'X-A'), now), alone);
});
