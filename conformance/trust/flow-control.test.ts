/** Flow control as a client finds it: the objects that are there, the headers of answers, refusals, and the conditions of schemas. */
import { request } from 'node:https';
import test from 'ava';
import { eventually } from '../hostile/raw-client.ts';
import { startTrusted } from './trusted-server.ts';

const base = '/apis/flowcontrol.apiserver.k8s.io/v1';
const json = { 'Content-Type': 'application/json' };
const get = (path: string) => ({ method: 'GET', path });

interface FlowObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly annotations?: Record<string, string> };
  readonly spec: { readonly matchingPrecedence?: number };
  readonly status?: { readonly conditions?: ReadonlyArray<Record<string, string>> };
}

test('a new cluster has its schemas and levels, answers say which took a request, and none is dangling', async (t) => {
  const server = await startTrusted({});
  t.teardown(() => server.stop());
  const read = async (path: string) => JSON.parse((await server.ask('admin', get(path))).text) as FlowObject;
  const list = async (resource: string) =>
    (JSON.parse((await server.ask('admin', get(`${base}/${resource}`))).text) as { items: FlowObject[] }).items;
  t.is((await list('flowschemas')).length, 11);
  t.is((await list('prioritylevelconfigurations')).length, 8);
  const schema = await read(`${base}/flowschemas/global-default`);
  const level = await read(`${base}/prioritylevelconfigurations/global-default`);
  t.is(schema.metadata.annotations?.['apf.kubernetes.io/autoupdate-spec'], 'true');
  const answer = await server.ask('jane', get('/api/v1/namespaces/default/pods'));
  t.is(answer.headers['x-kubernetes-pf-flowschema-uid'], schema.metadata.uid);
  t.is(answer.headers['x-kubernetes-pf-prioritylevel-uid'], level.metadata.uid);
  const condition = async (name: string) => (await read(`${base}/flowschemas/${name}`)).status?.conditions?.[0];
  await eventually(async () => (await condition('global-default'))?.status === 'False');
  t.like(await condition('global-default'), { type: 'Dangling', status: 'False', reason: 'Found' });

  const body = JSON.stringify({
    metadata: { name: 'lost' },
    spec: { priorityLevelConfiguration: { name: 'nowhere' }, matchingPrecedence: 50, rules: [] },
  });
  const made = await server.ask('admin', { method: 'POST', path: `${base}/flowschemas`, headers: json, body });
  t.is(made.status, 201, made.text);
  await eventually(async () => (await condition('lost'))?.status === 'True');
  t.like(await condition('lost'), { reason: 'NotFound' });
  const metrics = (await server.ask('admin', get('/metrics'))).text;
  t.regex(
    metrics,
    /apiserver_flowcontrol_dispatched_requests_total\{flow_schema="global-default",priority_level="global-default"\} [1-9]/,
  );
});

test('a level whose seats are taken refuses with 429, and others go on', async (t) => {
  const server = await startTrusted({ authorizationMode: 'AlwaysAllow' });
  t.teardown(() => server.stop());
  const post = async (resource: string, body: object) => {
    const path = `${base}/${resource}`;
    const made = await server.ask('admin', { method: 'POST', path, headers: json, body: JSON.stringify(body) });
    t.is(made.status, 201, made.text);
  };
  const limited = { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } };
  await post('prioritylevelconfigurations', { metadata: { name: 'narrow' }, spec: { type: 'Limited', limited } });
  const rules = [
    {
      subjects: [{ kind: 'User', user: { name: 'joe' } }],
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
    },
  ];
  const spec = { priorityLevelConfiguration: { name: 'narrow' }, matchingPrecedence: 10, rules };
  await post('flowschemas', { metadata: { name: 'joe' }, spec });

  const nodes = get('/api/v1/nodes');
  t.is((await server.ask('joe', nodes)).status, 200, 'one at a time');
  // A body that does not come keeps its request's seat.
  const slow = request(`${server.portico.url}/api/v1/namespaces/default/configmaps`, {
    method: 'POST',
    headers: { ...json, Authorization: 'Bearer joe-token' },
    rejectUnauthorized: false,
  });
  slow.on('error', () => undefined);
  slow.flushHeaders();
  let refused = await server.ask('joe', nodes);
  await eventually(async () => (refused = await server.ask('joe', nodes)).status === 429);
  t.is(refused.status, 429);
  t.regex(String(refused.headers['retry-after']), /^[1-4]$/);
  t.is(refused.text, 'Too many requests, please try again later.\n');
  t.is(refused.headers['content-type'], 'text/plain; charset=utf-8');
  const pages = '/debug/api_priority_and_fairness';
  t.regex(
    (await server.ask('admin', get(`${pages}/dump_priority_levels`))).text,
    /^narrow, +0, +false, +false, +0, +1, +[1-9]\d*, +[1-9]/m,
  );
  t.regex(
    (await server.ask('admin', get(`${pages}/dump_requests?includeRequestDetails=1`))).text,
    /^narrow, .*joe, +create, .*configmaps/m,
  );
  t.is((await server.ask('admin', get(`${pages}/dump_nothing`))).status, 404);
  t.is((await server.ask('jane', nodes)).status, 200);
  t.is((await server.ask('joe', get('/version'))).status, 200);
  slow.destroy();
  await eventually(async () => (await server.ask('joe', nodes)).status === 200);
  t.is((await server.ask('joe', nodes)).status, 200);
});

test('without priority and fairness the plain limits hold', async (t) => {
  const server = await startTrusted({ enablePriorityAndFairness: false });
  t.teardown(() => server.stop());
  const answer = await server.ask('jane', get('/api/v1/nodes'));
  t.false('x-kubernetes-pf-flowschema-uid' in answer.headers);
});
