/** Starts that fail, stops while clients are busy, and databases that go away: told clearly, and nothing is left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import test from 'ava';
import { startFaultProxy } from '../../backends/storage/contract/fault-proxy.ts';
import { startEmbeddedPostgres } from '../../backends/storage/embedded/embedded-postgres.ts';
import { mergeKubeConfig } from '../../server/cmd/kubeconfig.ts';
import { ask, eventually, http2To, request, startTarget, tlsTo } from './raw-client.ts';

const main = path.join(import.meta.dirname, '../../server/cmd/main.ts');
const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json' };
const configMap = (name: string) => `{"metadata":{"name":"${name}"}}`;

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'portico-lifecycle-'));
  folders.push(made);
  // When root, PostgreSQL runs as somebody else.
  await chmod(made, 0o711);
  return made;
}
test.after.always(() => Promise.all(folders.map((made) => rm(made, { recursive: true, force: true }))));

function portico(...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([out, errors, [code]]: [string, string, unknown[]]) => ({ out, errors, code }),
  );
  return { child, ended };
}

test('a start that cannot succeed says why in one line and exits with 1', async (t) => {
  const data = await folder();
  const config = path.join(data, 'config.yaml');
  await writeFile(config, 'secure-port: 0\nsecure-prot: 1\n');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const usual = ['--storage', 'memory:', '--quiet', '--data-dir', data];
  const cases: ReadonlyArray<readonly [string[], RegExp]> = [
    [
      ['up', ...usual, '--secure-port', String(port)],
      /^portico: port \d+ of 127\.0\.0\.1 is in use: choose another with --secure-port .*\n$/,
    ],
    [['up', ...usual, '--secure-port', '70000'], /whole number from 0 to 65535/],
    [['up', ...usual, '--config', config], /^portico: --config \S+: unknown option secure-prot .*\n$/],
    [['up', ...usual, '--token-auth-file', '/nowhere'], /^portico: --token-auth-file \/nowhere cannot be read: .*\n$/],
    [['serve', '--data-dir', data], /^portico: portico serve needs --storage .*\n$/],
    [
      ['serve', '--data-dir', data, '--quiet', '--storage', 'mysql://x'],
      /^portico: --storage mysql: expected postgres.*\n$/,
    ],
    [
      ['serve', '--data-dir', data, '--quiet', '--secure-port', '0', '--storage', 'postgres://u:secret@127.0.0.1:1/d'],
      /^portico: --storage: no database at 127\.0\.0\.1:1\/d .*\n$/,
    ],
  ];
  await Promise.all(
    cases.map(async ([flags, expected]) => {
      const { errors, code } = await portico(...flags).ended;
      t.is(code, 1, flags.join(' '));
      t.regex(errors, expected);
      t.false(errors.includes('secret'));
    }),
  );
  taken.close();
});

test('SIGTERM stops a server and its database in order, and the exit code is 0', async (t) => {
  const data = await folder();
  const { child, ended } = portico('up', '--data-dir', data, '--secure-port', '0');
  await Promise.race([eventually(() => existsSync(path.join(data, 'kubeconfig'))), ended]);
  const [pid] = readFileSync(path.join(data, 'postgres/postmaster.pid'), 'utf8').split('\n');
  t.is((await stat(path.join(data, 'kubeconfig'))).mode & 0o777, 0o600);
  t.is((await stat(path.join(data, 'pki/ca.key'))).mode & 0o777, 0o600);
  child.kill('SIGTERM');
  t.is((await ended).code, 0);
  t.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
  t.false(existsSync(path.join(data, 'postgres/postmaster.pid')));
});

test('a signal during the start ends it, and leaves nothing running', async (t) => {
  const data = await folder();
  const { child, ended } = portico('up', '--data-dir', data, '--secure-port', '0');
  await once(child.stdout, 'readable');
  child.kill('SIGTERM');
  t.is((await ended).code, 0);
  t.false(existsSync(path.join(data, 'postgres/postmaster.pid')));
});

test('after stop() a process ends by itself', async (t) => {
  const url = new URL('../../server/cmd/start-portico.ts', import.meta.url);
  const script = `const { startPortico } = await import('${url.href}');
    const both = await Promise.all([startPortico({ storage: 'memory:' }), startPortico({ storage: 'memory:' })]);
    await Promise.all(both.map((each) => each.stop()));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  t.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a stop ends watches cleanly and lets running requests finish', async (t) => {
  const target = await startTarget();
  const plain = await tlsTo(target);
  plain.write(request(target, `GET ${configMaps}?watch=1`));
  await once(plain, 'data');
  const session = http2To(target);
  const authorization = `Bearer ${target.token}`;
  const watch = session.request({ ':path': `${configMaps}?watch=1`, authorization });
  await once(watch, 'response');
  const upload = session.request({ ...json, authorization });
  upload.write('{"metadata":');
  await new Promise((resolve) => session.ping(resolve));
  const goAway = once(session, 'goaway');
  const tail = buffer(plain);
  const stopped = target.portico.stop();
  t.is((await goAway)[0], 0);
  watch.resume();
  await once(watch, 'end');
  t.true((await tail).toString().endsWith('0\r\n\r\n'));
  upload.end('{"name":"late"}}');
  t.is(((await once(upload, 'response')) as [{ ':status': number }])[0][':status'], 201);
  upload.resume();
  await stopped;
  t.is(watch.rstCode, 0);
});

test('readyz fails before connections are closed', async (t) => {
  const target = await startTarget({ shutdownDelayDuration: 8 });
  const session = http2To(target);
  t.is((await ask(session, target, { ':path': '/readyz' })).code, 200);
  const stopped = target.portico.stop();
  t.is((await ask(session, target, { ':path': '/readyz' })).code, 500);
  t.is((await ask(session, target, json, configMap('still'))).code, 201);
  await stopped;
});

test('more requests than allowed get 429 with Retry-After', async (t) => {
  const tokens = path.join(await folder(), 'tokens');
  await writeFile(tokens, 'limited,someone,1\n');
  const target = await startTarget({ tokenAuthFile: tokens, maxMutatingRequestsInflight: 1 });
  const session = http2To(target);
  const streams = Array.from({ length: 3 }, () => session.request({ ...json, authorization: 'Bearer limited' }));
  const codes = await Promise.all(
    streams.map(async (stream) => {
      stream.on('error', () => undefined);
      stream.end(configMap('x'));
      const [headers] = (await once(stream, 'response')) as [{ ':status': number; 'retry-after'?: string }];
      return [headers[':status'], headers['retry-after']] as const;
    }),
  );
  // Whoever is let in may do nothing here; the others must wait.
  t.true(codes.every(([code, retry]) => code === 403 || (code === 429 && retry === '1')));
  session.close();
  await target.portico.stop();
});

test('while the database is away writes get 503 with Retry-After, readyz tells, and watches go on afterwards', async (t) => {
  const postgres = await startEmbeddedPostgres({ durable: false });
  const proxy = await startFaultProxy(path.join(postgres.connection.host, '.s.PGSQL.5432'));
  const target = await startTarget({
    storage: `postgres://${postgres.connection.user}@127.0.0.1:${proxy.port}/postgres`,
  });
  const session = http2To(target);
  const watch = session.request({ ':path': `${configMaps}?watch=1`, authorization: `Bearer ${target.token}` });
  let seen = '';
  watch.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk;
  });
  await once(watch, 'response');

  proxy.refuse = true;
  proxy.cutAll();
  t.true(await eventually(async () => (await ask(session, target, { ':path': '/readyz' })).code === 500));
  const refused = session.request({ ...json, authorization: `Bearer ${target.token}` });
  refused.end(configMap('away'));
  const [headers] = (await once(refused, 'response')) as [{ ':status': number; 'retry-after'?: string }];
  t.deepEqual([headers[':status'], headers['retry-after']], [503, '1']);
  t.is((await ask(session, target, { ':path': `${configMaps}?resourceVersion=0` })).code, 200);
  t.is((await ask(session, target, { ':path': configMaps })).code, 503);

  proxy.refuse = false;
  t.true(await eventually(async () => (await ask(session, target, { ':path': '/readyz' })).code === 200));
  t.is((await ask(session, target, json, configMap('back'))).code, 201);
  t.true(await eventually(() => seen.includes('"name":"back"')));
  t.false(seen.includes('ERROR'));
  session.close();
  await target.portico.stop();
  await proxy.close();
  await postgres.stop();
});

test('two servers on one database share their users when they share certificates', async (t) => {
  const postgres = await startEmbeddedPostgres({ durable: false });
  const storage = postgres.connectionString;
  const dataDirectory = await folder();
  const first = await startTarget({ storage, dataDirectory });
  const second = await startTarget({ storage, dataDirectory });
  t.is(first.token, second.token);
  const [one, two] = [http2To(first), http2To(second)];
  t.is((await ask(one, first, json, configMap('shared'))).code, 201);
  t.is((await ask(two, first, { ':path': `${configMaps}/shared` })).code, 200);
  one.close();
  two.close();
  await Promise.all([first.portico.stop(), second.portico.stop()]);
  await postgres.stop();
});

test('a start brings back what is missing of the bootstrap policy, and leaves what is protected', async (t) => {
  const dataDirectory = await folder();
  const storage = `embedded:${dataDirectory}`;
  const first = await startTarget({ storage, dataDirectory });
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const session = http2To(first);
  const patch = (at: string, body: object) =>
    ask(
      session,
      first,
      { ':method': 'PATCH', ':path': `${rbac}/${at}`, 'content-type': 'application/merge-patch+json' },
      JSON.stringify(body),
    );
  const remove = (at: string) => ask(session, first, { ':method': 'DELETE', ':path': `${rbac}/${at}` });
  const autoupdate = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  const codes = await Promise.all([
    remove('clusterroles/system:discovery'),
    remove('clusterrolebindings/system:basic-user'),
    patch('clusterroles/system:kube-dns', { rules: null, metadata: { labels: { mine: 'yes' } } }),
    patch('clusterroles/system:node-proxier', { rules: null, metadata: { annotations: autoupdate } }),
    patch('clusterrolebindings/system:kube-scheduler', { subjects: [{ kind: 'User', name: 'mine' }] }),
  ]);
  t.true(codes.every(({ code }) => code === 200));
  session.close();
  await first.portico.stop();

  const second = await startTarget({ storage, dataDirectory });
  const again = http2To(second);
  const read = async (at: string) => {
    const { code, body } = await ask(again, second, { ':path': `${rbac}/${at}` });
    return { code, ...(JSON.parse(body) as { rules?: unknown[]; subjects?: unknown[]; metadata: { labels: object } }) };
  };
  t.is((await read('clusterroles/system:discovery')).code, 200);
  t.is((await read('clusterrolebindings/system:basic-user')).code, 200);
  const restored = await read('clusterroles/system:kube-dns');
  t.true((restored.rules?.length ?? 0) > 0);
  t.like(restored.metadata.labels, { mine: 'yes', 'kubernetes.io/bootstrapping': 'rbac-defaults' });
  t.is((await read('clusterroles/system:node-proxier')).rules?.length ?? 0, 0);
  t.is((await read('clusterrolebindings/system:kube-scheduler')).subjects?.length, 2);
  again.close();
  await second.portico.stop();
});

test('a merge into a kubeconfig keeps what the user has, comments too, and closes the file to others', async (t) => {
  const file = path.join(await folder(), 'config');
  const theirs =
    '# mine\napiVersion: v1\nkind: Config\nclusters:\n- name: prod # careful\n  cluster: {server: https://prod}\nusers: []\ncurrent-context: prod\n';
  await writeFile(file, theirs, { mode: 0o644 });
  const ours = (server: string) =>
    `apiVersion: v1\nkind: Config\nclusters: [{name: portico, cluster: {server: ${server}}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: portico, context: {}}]\ncurrent-context: portico\n`;
  await mergeKubeConfig(file, ours('https://a'));
  await mergeKubeConfig(file, ours('https://b'));
  const merged = await readFile(file, 'utf8');
  for (const kept of ['# mine', '# careful', 'https://prod', 'https://b', 'current-context: portico'])
    t.true(merged.includes(kept), kept);
  t.false(merged.includes('https://a'));
  t.is((await stat(file)).mode & 0o777, 0o600);
  await writeFile(file, 'a: [');
  await t.throwsAsync(mergeKubeConfig(file, ours('https://c')), {
    message: /is not a kubeconfig that can be merged into/,
  });
  t.is(await readFile(file, 'utf8'), 'a: [');
});
