/** The audit trail as those who read it find it: what is kept of which request, and what happens when it cannot be kept. */
import { readFile, writeFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import type { PorticoOptions } from '../../server/cmd/start-portico.ts';
import { startPortico } from '../../server/cmd/start-portico.ts';
import { eventually } from '../hostile/raw-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startOther, startTrusted, type TrustedServer } from './trusted-server.ts';

interface Event {
  readonly [field: string]: unknown;
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username?: string };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  readonly requestObject?: { readonly metadata?: Record<string, unknown>; readonly data?: unknown };
  readonly responseObject?: { readonly metadata?: Record<string, unknown>; readonly kind?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const json = { 'Content-Type': 'application/json' };

async function audited(rules: unknown, options: PorticoOptions = {}, policy: object = {}) {
  const folder = await temporaryFolder('portico-audit');
  const auditPolicyFile = join(folder, 'policy.yaml');
  const auditLogPath = join(folder, 'logs', 'audit.log');
  await writeFile(auditPolicyFile, stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules, ...policy }));
  const server = await startTrusted({ auditPolicyFile, auditLogPath, auditLogMode: 'blocking-strict', ...options });
  let asked = 0;
  const lines = async () => (await readFile(auditLogPath, 'utf8')).split('\n').filter((line) => line !== '');
  /** The events of one request. */
  const trail = async (user: string, request: Parameters<TrustedServer['ask']>[1]) => {
    const id = `request-${++asked}`;
    const answer = await server.ask(user, { ...request, headers: { ...request.headers, 'Audit-ID': id } });
    // The last event is kept when the answer has left; the next request's first event comes after it.
    await server.ask('admin', { method: 'GET', path: '/version' });
    const events = (await lines()).map((line) => JSON.parse(line) as Event);
    return { answer, events: events.filter(({ auditID }) => auditID === id) };
  };
  return { server, folder, auditLogPath, lines, trail };
}

const everything = [{ level: 'RequestResponse' }];

test('an event says who did what to which object, how it was decided, and how it ended', async (t) => {
  const { server, trail } = await audited(everything);
  t.teardown(() => server.stop());
  const { answer, events } = await trail('admin', {
    method: 'POST',
    path: configMaps,
    headers: { ...json, 'X-Forwarded-For': '1.2.3.4, junk, 2001:DB8::0:1', 'X-Real-Ip': '5.6.7.8' },
    body: '{"metadata":{"name":"seen"},"data":{"a":"<b>"}}',
  });
  t.is(answer.headers['audit-id'], events[0]?.auditID);
  t.deepEqual(
    events.map(({ stage }) => stage),
    ['RequestReceived', 'ResponseComplete'],
  );
  const [received, complete] = events;
  t.false('responseStatus' in (received ?? {}));
  t.like(complete, {
    level: 'RequestResponse',
    requestURI: configMaps,
    verb: 'create',
    user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['1.2.3.4', '2001:db8::1', '5.6.7.8', '127.0.0.1'],
    userAgent: 'differential/1.0',
    objectRef: { resource: 'configmaps', namespace: 'default', name: 'seen', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: { kind: 'ConfigMap', data: { a: '<b>' } },
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  });
  t.is(complete?.responseObject?.metadata?.name, 'seen');
  const named = await server.ask('admin', { method: 'GET', path: '/version' });
  t.regex(String(named.headers['audit-id']), /^[0-9a-f-]{36}$/);
});

test('refusals are kept: of strangers, of the forbidden, of what is not there', async (t) => {
  const { server, trail } = await audited(everything);
  t.teardown(() => server.stop());
  const path = `${configMaps}/none`;
  const stranger = await trail('admin', { method: 'GET', path, headers: { Authorization: 'Bearer forged' } });
  t.deepEqual(
    stranger.events.map(({ stage, user, responseStatus }) => [stage, user, responseStatus?.code]),
    [['ResponseStarted', {}, 401]],
  );
  const forbidden = await trail('jane', { method: 'GET', path });
  t.like(forbidden.events[1], {
    user: { username: 'jane' },
    responseStatus: { status: 'Failure', reason: 'Forbidden', code: 403 },
    annotations: { 'authorization.k8s.io/decision': 'forbid' },
  });
  const missing = await trail('admin', { method: 'GET', path });
  t.like(missing.events[1], { responseStatus: { reason: 'NotFound', code: 404 }, responseObject: { kind: 'Status' } });
  const late = await trail('admin', { method: 'GET', path: `${path}?timeout=soon` });
  t.deepEqual(
    late.events.map(({ stage, responseStatus }) => [stage, responseStatus?.code]),
    [['ResponseStarted', 400]],
  );
});

test('whoever acts as somebody else is kept with both names', async (t) => {
  const { server, trail } = await audited([{ level: 'Metadata' }]);
  t.teardown(() => server.stop());
  const { events } = await trail('admin', {
    method: 'GET',
    path: configMaps,
    headers: { 'Impersonate-User': 'jane', 'Impersonate-Group': 'crew' },
  });
  t.like(events[1], {
    user: { username: 'admin' },
    impersonatedUser: { username: 'jane', groups: ['crew', 'system:authenticated'] },
    responseStatus: { code: 403 },
  });
});

test('the first rule that fits decides on the level, the stages and the managed fields', async (t) => {
  const rules = [
    { level: 'None', users: ['joe'] },
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'Request', omitStages: ['RequestReceived'], verbs: ['patch'] },
    { level: 'None', nonResourceURLs: ['/version*', '/healthz'] },
    { level: 'RequestResponse', namespaces: ['default'], omitManagedFields: true },
    { level: 'Metadata', resources: [{ group: '', resources: ['*/status'], resourceNames: [] }] },
  ];
  const { server, trail } = await audited(rules);
  t.teardown(() => server.stop());
  const create = (path: string, body: string) => trail('admin', { method: 'POST', path, headers: json, body });
  const secret = await create(
    '/api/v1/namespaces/default/secrets',
    '{"metadata":{"name":"s"},"stringData":{"a":"hush"}}',
  );
  t.is(secret.answer.status, 201);
  t.notRegex(JSON.stringify(secret.events), /hush/);
  t.is(secret.events.length, 2);
  const made = await create(configMaps, '{"metadata":{"name":"c"},"data":{"a":"b"}}');
  t.false('managedFields' in (made.events[1]?.responseObject?.metadata ?? {}));
  t.regex(made.answer.text, /managedFields/);
  const patch = await trail('admin', {
    method: 'PATCH',
    path: `${configMaps}/c`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: '{"data": {"a": "c"}}',
  });
  t.deepEqual(
    patch.events.map(({ stage, requestObject, responseObject }) => [stage, requestObject, responseObject]),
    [['ResponseComplete', { data: { a: 'c' } }, undefined]],
  );
  t.is((await trail('joe', { method: 'GET', path: configMaps })).events.length, 0);
  t.is((await trail('admin', { method: 'GET', path: '/version' })).events.length, 0);
  t.is((await trail('admin', { method: 'GET', path: '/api/v1/nodes' })).events.length, 0);
});

test('who asks for a version that goes away is kept with the release in which it does', async (t) => {
  const { server, trail } = await audited([{ level: 'Metadata' }], { runtimeConfig: 'resource.k8s.io/v1beta1=true' });
  t.teardown(() => server.stop());
  const { answer, events } = await trail('admin', {
    method: 'GET',
    path: '/apis/resource.k8s.io/v1beta1/deviceclasses',
  });
  t.regex(String(answer.headers.warning), /is deprecated in v1\.35\+, unavailable in v1\.38\+/);
  t.like(events[1]?.annotations, { 'k8s.io/deprecated': 'true', 'k8s.io/removed-release': '1.38' });
});

test('what the server asks of itself is kept as well, and comes from this machine', async (t) => {
  const { server, lines } = await audited([{ level: 'Metadata' }]);
  t.teardown(() => server.stop());
  const own = (await lines())
    .map((line) => JSON.parse(line) as Event)
    .filter(({ user }) => user.username === 'portico-metrics-server');
  t.true(own.length > 0);
  t.deepEqual([...new Set(own.flatMap(({ sourceIPs }) => sourceIPs))], ['127.0.0.1']);
});

test('a watch is kept when it begins and when it ends', async (t) => {
  const { server, lines } = await audited([{ level: 'Metadata', users: ['admin'], verbs: ['watch'] }]);
  t.teardown(() => server.stop());
  const watch = await server.client('admin').open({ method: 'GET', path: `${configMaps}?watch=1` });
  const stages = async () => (await lines()).map((line) => (JSON.parse(line) as Event).stage);
  await eventually(async () => (await stages()).length === 2);
  t.deepEqual(await stages(), ['RequestReceived', 'ResponseStarted']);
  watch.close();
  await eventually(async () => (await stages()).length === 3);
  t.is((await stages())[2], 'ResponseComplete');
});

test('an audit log that cannot be written fails no request, unless it is to be strict', async (t) => {
  const full = { auditLogPath: '/dev/full', auditLogMaxsize: 0 };
  const easy = await audited([{ level: 'Metadata' }], { ...full, auditLogMode: 'blocking' });
  t.teardown(() => easy.server.stop());
  t.is((await easy.server.ask('admin', { method: 'GET', path: configMaps })).status, 200);
  await eventually(() => easy.server.log.some((line) => line.includes("Error in audit plugin 'log'")));
  const metrics = (await easy.server.ask('admin', { method: 'GET', path: '/metrics' })).text;
  t.regex(metrics, /^apiserver_audit_error_total\{plugin="log"\} [1-9]/m);
  t.regex(metrics, /^apiserver_audit_level_total\{level="Metadata"\} [1-9]/m);

  const strict = await audited([{ level: 'Metadata' }], { ...full, auditLogMode: 'blocking-strict' });
  t.teardown(() => strict.server.stop());
  const refused = await strict.server.ask('admin', { method: 'GET', path: configMaps });
  t.is(refused.status, 500);
  t.regex(refused.text, /failed to store audit event/);
});

test('a webhook gets events in lists; one that hangs, lies or is away blocks nobody', async (t) => {
  const received: Array<{ kind: string; items: Event[] }> = [];
  let answers = true;
  const hook = await startOther((body, res, req) => {
    if (!answers) return;
    t.is(req.headers.authorization, 'Bearer a-secret');
    received.push(JSON.parse(body) as (typeof received)[number]);
    res.end('not even JSON');
  });
  t.teardown(() => hook.close());
  const { server } = await audited([{ level: 'Metadata' }], {
    auditWebhookConfigFile: hook.kubeconfig,
    auditWebhookBatchMaxWait: 0.05,
    auditWebhookBatchBufferSize: 3,
    auditWebhookInitialBackoff: 3600,
  });
  t.teardown(() => server.stop());
  await server.ask('admin', { method: 'GET', path: configMaps });
  await eventually(() => received.flatMap(({ items }) => items).length >= 2);
  t.is(received[0]?.kind, 'EventList');
  t.is(received[0]?.items[0]?.stage, 'RequestReceived');
  answers = false;
  for (let turn = 0; turn < 5; turn++) {
    t.is((await server.ask('admin', { method: 'GET', path: configMaps })).status, 200);
  }
  hook.close();
  await eventually(() =>
    server.log.some((line) => line.includes("audit plugin 'webhook'") || line.includes("'buffered'")),
  );
  t.is((await server.ask('admin', { method: 'GET', path: configMaps })).status, 200);
});

test('a log that is full is begun anew, and only so many old ones are kept', async (t) => {
  const { server, folder } = await audited(everything, { auditLogMaxsize: 1, auditLogMaxbackup: 1 });
  t.teardown(() => server.stop());
  const body = JSON.stringify({ metadata: { name: 'large' }, data: { a: 'x'.repeat(400_000) } });
  await server.ask('admin', { method: 'POST', path: configMaps, headers: json, body });
  const old = async () => (await readdir(join(folder, 'logs'))).filter((name) => name !== 'audit.log');
  const names = new Set<string>();
  for (let turn = 0; turn < 6; turn++) {
    await server.ask('admin', { method: 'GET', path: `${configMaps}/large` });
    for (const name of await old()) names.add(name);
  }
  await eventually(async () => (await old()).length === 1);
  t.true(names.size > 1);
  for (const name of names) t.regex(name, /^audit-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log$/);
});

test('in batches, events are written later; one that is too large loses its objects', async (t) => {
  const { server, lines } = await audited(everything, {
    auditLogMode: 'batch',
    auditLogBatchMaxSize: 50,
    auditLogBatchMaxWait: 0.05,
    auditLogTruncateEnabled: true,
    auditLogTruncateMaxEventSize: 3000,
    auditLogTruncateMaxBatchSize: 6000,
  });
  t.teardown(() => server.stop());
  const body = JSON.stringify({ metadata: { name: 'wide' }, data: { a: 'x'.repeat(10_000) } });
  await server.ask('admin', { method: 'POST', path: configMaps, headers: { ...json, 'Audit-ID': 'wide' }, body });
  const events = async () =>
    (await lines()).map((line) => JSON.parse(line) as Event).filter(({ auditID }) => auditID === 'wide');
  t.true(await eventually(async () => (await events()).length === 2));
  const complete = (await events())[1];
  t.is(complete?.annotations?.['audit.k8s.io/truncated'], 'true');
  t.false('requestObject' in (complete ?? {}));
  t.like(complete, { responseStatus: { code: 201 } });
});

test('what waits is written before a server has stopped', async (t) => {
  const { server, lines } = await audited(everything, {
    auditLogMode: 'batch',
    auditLogBatchMaxSize: 500,
    auditLogBatchMaxWait: 3600,
  });
  await server.ask('admin', { method: 'GET', path: configMaps, headers: { 'Audit-ID': 'last' } });
  t.is((await lines()).filter((line) => line.includes('"last"')).length, 0);
  await server.stop();
  t.is((await lines()).filter((line) => line.includes('"last"')).length, 2);
});

test('the legacy format has one line of text an event', async (t) => {
  const { server, lines } = await audited([{ level: 'Metadata' }], { auditLogFormat: 'legacy' });
  t.teardown(() => server.stop());
  await server.ask('admin', { method: 'GET', path: configMaps, headers: { 'Audit-ID': 'x"y' } });
  await eventually(async () => (await lines()).length >= 2);
  const line = (await lines()).find((text) => text.includes('user="admin"') && text.includes('ResponseComplete')) ?? '';
  t.regex(
    line,
    /^\d{4}-\S+Z AUDIT: id="x\\"y" stage="ResponseComplete" ip="127\.0\.0\.1" method="list" user="admin" groups="\\"system:masters\\",\\"system:authenticated\\"" as="<self>" asgroups="<lookup>" user-agent="differential\/1\.0" namespace="default" uri="\/api\/v1\/namespaces\/default\/configmaps" response="200"$/,
  );
});

test('a policy or a flag that makes no sense ends the start', async (t) => {
  const folder = await temporaryFolder('portico-audit');
  const auditPolicyFile = join(folder, 'policy.yaml');
  const refused = async (policy: object, options: PorticoOptions, message: RegExp) => {
    await writeFile(auditPolicyFile, stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...policy }));
    const auditLogPath = join(folder, 'audit.log');
    const start = startPortico({ storage: 'memory:', auditPolicyFile, auditLogPath, ...options });
    await t.throwsAsync(start, { message });
  };
  const rules = [{ level: 'Metadata' }];
  await refused({ rules: [] }, {}, /loaded illegal policy with 0 rules/);
  await refused({ rules, apiVersion: 'audit.k8s.io/v1beta1' }, {}, /expected kind Policy of audit\.k8s\.io\/v1/);
  await refused({ rules: [{}] }, {}, /rules\[0\]\.level: Required value/);
  await refused(
    { rules: [{ level: 'All' }] },
    {},
    /rules\[0\]\.level: Unsupported value: "All": supported values: "Metadata"/,
  );
  await refused({ rules, omitStages: ['Late'] }, {}, /omitStages\[0\]: Invalid value: "Late": allowed stages are/);
  await refused(
    { rules: [{ level: 'None', nonResourceURLs: ['a*b'] }] },
    {},
    /must begin with a '\/' character.*must be the final/,
  );
  await refused(
    { rules: [{ level: 'None', nonResourceURLs: ['/a'], namespaces: ['x'] }] },
    {},
    /cannot apply to both regular resources and non-resource URLs/,
  );
  await refused({ rules }, { auditLogMode: 'sometimes' }, /invalid audit log mode sometimes, allowed modes are/);
  await refused({ rules }, { auditLogFormat: 'xml' }, /invalid audit log format xml/);
  await refused(
    { rules },
    { auditLogMode: 'batch', auditLogBatchBufferSize: 0 },
    /log buffer size 0, must be a positive/,
  );
  await refused({ rules }, { auditLogTruncateMaxBatchSize: 1 }, /must be greater than max event size/);
});
