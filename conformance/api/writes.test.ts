/** Creates, updates and patches as clients see them: what is kept, what is refused, and in which words. */
import test from 'ava';
import { type ApiUnderTest, configMap, type Json, pod, type Reply, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
});
test.after.always(() => api?.stop());

const at = (name: string): string => `${api.configMaps}/${name}`;
const create = (name: string, more = {}, data = {}): Promise<Reply> =>
  api.post(api.configMaps, configMap(name, more, data));
const warningsOf = ({ headers }: Reply): string => String(headers.warning ?? '');

test('a create answers 201 with what the server adds, and a second one Conflict', async (t) => {
  const { status, body } = await create('created');
  t.is(status, 201);
  t.regex(body.metadata.uid ?? '', /^[0-9a-f-]{36}$/);
  t.regex(body.metadata.resourceVersion ?? '', /^[1-9]\d*$/);
  const again = await create('created');
  t.like(again.body, { code: 409, reason: 'AlreadyExists', message: 'configmaps "created" already exists' });
});

test('an object with a resourceVersion cannot be created', async (t) => {
  const { body } = await create('versioned', { resourceVersion: '5' });
  t.like(body, { code: 500, message: 'resourceVersion should not be set on objects to be created' });
});

test('generateName makes names that differ, from at most 58 characters of the prefix', async (t) => {
  const prefix = 'x'.repeat(70);
  const [one, two] = await Promise.all([create('', { generateName: prefix }), create('', { generateName: prefix })]);
  t.regex(one.body.metadata.name ?? '', /^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  t.not(one.body.metadata.name, two.body.metadata.name);
});

test('a body may leave out its kind, and must not have another', async (t) => {
  t.is((await api.post(api.configMaps, { metadata: { name: 'bare' } })).status, 201);
  const secret = await api.post(api.configMaps, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } });
  t.is(secret.body.code, 400);
  t.regex(secret.body.message ?? '', /^Secret in version "v1" cannot be handled as a ConfigMap/);
});

test('a namespace in the body must be the one of the path', async (t) => {
  t.like((await create('elsewhere', { namespace: 'other' })).body, {
    code: 400,
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  });
});

test('nothing is created in a namespace that does not exist', async (t) => {
  const { body } = await api.post(
    '/api/v1/namespaces/no-such-namespace/configmaps',
    configMap('x', {}, { 'not valid!': '' }),
  );
  t.like(body, { code: 404, message: 'namespaces "no-such-namespace" not found' });
});

test('a dry run passes through everything and keeps nothing', async (t) => {
  const made = await api.post(`${api.configMaps}?dryRun=All`, configMap('dry'));
  t.is(made.status, 201);
  t.truthy(made.body.metadata.uid);
  t.is((await api.get(at('dry'))).status, 404);
  await create('wet', {}, { a: '1' });
  const updated = await api.put(`${at('wet')}?dryRun=All`, configMap('wet', {}, { a: '2' }));
  t.deepEqual(updated.body.data, { a: '2' });
  t.is((await api.remove(`${at('wet')}?dryRun=All`)).status, 200);
  t.deepEqual((await api.get(at('wet'))).body.data, { a: '1' });
  const half = await api.post(`${api.configMaps}?dryRun=Some`, configMap('dry'));
  t.like(half.body, { code: 422, reason: 'Invalid', details: { kind: 'CreateOptions', group: 'meta.k8s.io' } });
});

test('stray and doubled fields are warned of, refused with Strict, dropped in silence with Ignore', async (t) => {
  const body = '{"metadata":{"name":"sloppy"},"data":{"a":"1","a":"2"},"stray":1}';
  const send = (query: string) => api.send('POST', `${api.configMaps}?dryRun=All${query}`, { body });
  t.is(warningsOf(await send('')), '299 - "duplicate field \\"data.a\\"", 299 - "unknown field \\"stray\\""');
  t.is(warningsOf(await send('&fieldValidation=Ignore')), '');
  const { message } = (await send('&fieldValidation=Strict')).body;
  t.is(
    message,
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", unknown field "stray"',
  );
});

test('an item of a keyed list without its key does not keep an object from being written', async (t) => {
  const node = { metadata: { name: 'keyless' }, status: { conditions: [{}] } };
  const { status, body } = await api.post('/api/v1/nodes?dryRun=All', node);
  t.is(status, 201);
  t.is(body.metadata.managedFields, undefined);
});

test('warnings are UTF-8, without those that hold control characters, and cut where they are too many', async (t) => {
  const send = (fields: Record<string, unknown>) =>
    api.post(`${api.configMaps}?dryRun=All`, { metadata: { name: 'odd' }, ...fields });
  const accented = await send({ é: 1, 座席: 1 });
  t.is(accented.status, 201);
  const bytes = Buffer.from(warningsOf(accented), 'latin1').toString('utf8');
  t.is(bytes, '299 - "unknown field \\"é\\"", 299 - "unknown field \\"座席\\""');
  const long = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}${'x'.repeat(1000)}`, 1]));
  const cut = warningsOf(await send(long)).split(', ');
  t.deepEqual(
    cut.map(({ length }) => length - '299 - ""'.length),
    Array.from({ length: 6 }, () => 257),
  );
});

test('an update must know the newest version, and one that names none always wins', async (t) => {
  const first = await create('raced');
  t.is((await api.put(at('raced'), configMap('raced', {}, { a: '2' }))).status, 200);
  const { resourceVersion } = first.body.metadata;
  const late = await api.put(at('raced'), configMap('raced', { resourceVersion }, { a: '3' }));
  t.like(late.body, {
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
  });
});

test('an update of another incarnation is a Conflict', async (t) => {
  await create('reborn');
  const { body } = await api.put(at('reborn'), configMap('reborn', { uid: 'another' }));
  t.is(body.reason, 'Conflict');
  const failed = 'Precondition failed: UID in precondition: another, UID in object meta: [0-9a-f-]{36}$';
  t.regex(body.message ?? '', new RegExp(`Key: /registry/configmaps/[\\w-]+/reborn, .*${failed}`));
  const dry = await api.put(`${at('reborn')}?dryRun=All`, configMap('reborn', { uid: 'another' }));
  t.regex(dry.body.message ?? '', new RegExp(`Key: /configmaps/[\\w-]+/reborn, .*${failed}`));
});

test('an update that changes nothing keeps the resourceVersion', async (t) => {
  const { body } = await create('steady', { labels: { a: 'b' } });
  const again = await api.put(at('steady'), configMap('steady', { labels: { a: 'b' } }, {}));
  t.is(again.body.metadata.resourceVersion, body.metadata.resourceVersion);
});

test('a PUT creates only where the kind allows it, and must have the name of the path', async (t) => {
  t.like((await api.put(at('absent'), configMap('absent'))).body, {
    code: 404,
    message: 'configmaps "absent" not found',
  });
  const lease = `/apis/coordination.k8s.io/v1/namespaces/${api.namespace}/leases/put`;
  t.is((await api.put(lease, { metadata: { name: 'put' }, spec: {} })).status, 201);
  t.is(
    (await api.put(at('absent'), configMap('other'))).body.message,
    'the name of the object (other) does not match the name on the URL (absent)',
  );
  t.is(
    (await api.put(at('absent'), { data: {} })).body.message,
    'the name of the object (absent based on URL) was undeterminable: name must be provided',
  );
});

test('what only the server sets survives every update', async (t) => {
  const { body } = await create('stamped');
  const { uid, creationTimestamp } = body.metadata;
  const patched = await api.patch(at('stamped'), 'merge', {
    metadata: { creationTimestamp: '2001-01-01T00:00:00Z', generation: 7 },
    data: { b: '2' },
  });
  t.like(patched.body.metadata, { uid, creationTimestamp });
  t.is(patched.body.metadata.generation, undefined);
  const other = await api.patch(at('stamped'), 'merge', { metadata: { uid: 'another' } });
  t.like(other.body, {
    code: 422,
    message: `ConfigMap "stamped" is invalid: metadata.uid: Invalid value: "another": field is immutable`,
  });
});

test('each kind of patch changes what it says', async (t) => {
  await create('patched', {}, { a: '1', b: '2' });
  t.deepEqual((await api.patch(at('patched'), 'merge', { data: { a: null, c: '3' } })).body.data, { b: '2', c: '3' });
  const json = [
    { op: 'test', path: '/data/b', value: '2' },
    { op: 'move', from: '/data/b', path: '/data/d' },
  ];
  t.deepEqual((await api.patch(at('patched'), 'json', json)).body.data, { c: '3', d: '2' });
  const deployments = `/apis/apps/v1/namespaces/${api.namespace}/deployments`;
  const containers = [{ name: 'one', image: 'a' }];
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers } };
  await api.post(deployments, { metadata: { name: 'x' }, spec: { selector: { matchLabels: { app: 'x' } }, template } });
  const merged = await api.patch(`${deployments}/x`, 'strategic-merge', {
    spec: { template: { spec: { containers: [{ name: 'two', image: 'b' }] } } },
  });
  t.like(merged.body.spec, { template: { spec: { containers: [{ name: 'two' }, { name: 'one' }] } } });
  t.is(merged.body.metadata.generation, 2);
});

test('patches that cannot be read, applied or made sense of say why', async (t) => {
  await create('resistant', {}, { a: '1' });
  const failed = await api.patch(at('resistant'), 'json', [{ op: 'test', path: '/data/a', value: '2' }]);
  t.like(failed.body, { code: 422, reason: 'Invalid' });
  t.is((await api.patch(at('resistant'), 'merge', [])).body.code, 400);
  const wrong = await api.patch(at('resistant'), 'merge', { data: 'x' });
  t.is(wrong.body.code, 422);
  t.regex(
    wrong.body.message ?? '',
    /^ "" is invalid: patch: Invalid value: ".*json: cannot unmarshal string into Go struct field ConfigMap\.data/,
  );
  const unknown = await api.send('PATCH', at('resistant'), { body: {}, contentType: 'application/json' });
  t.like(unknown.body, { code: 415, reason: 'UnsupportedMediaType' });
  t.like((await api.patch(at('nowhere'), 'merge', {})).body, { code: 404 });
  t.like((await api.patch(`${at('resistant')}?force=true`, 'merge', {})).body, {
    code: 422,
    details: { kind: 'PatchOptions' },
  });
});

test('of several values that do not fit, a strategic merge patch is told the first in the order of the fields', async (t) => {
  await create('fields');
  const wrong = { data: 'text', metadata: { creationTimestamp: 'yesterday' } };
  const { body } = await api.patch(at('fields'), 'strategic-merge', wrong);
  t.is(body.code, 422);
  t.regex(body.message ?? '', /parsing time .*yesterday/);
});

test('patches that race are all applied', async (t) => {
  await create('contended', {}, {});
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const replies = await Promise.all(keys.map((key) => api.patch(at('contended'), 'merge', { data: { [key]: 'x' } })));
  t.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
  t.deepEqual(Object.keys((await api.get(at('contended'))).body.data ?? {}).sort(), keys.sort());
});

test('the write that takes the last finalizer away answers with the revision from before the deletion', async (t) => {
  await create('held', { finalizers: ['example.com/held'] });
  const marked = await api.remove(at('held'));
  t.truthy(marked.body.metadata.deletionTimestamp);
  const { status, body } = await api.patch(at('held'), 'merge', { metadata: { finalizers: null } });
  t.is(status, 200);
  t.is(body.metadata.resourceVersion, marked.body.metadata.resourceVersion);
  t.is((await api.get(at('held'))).status, 404);
});

test('the data of a ControllerRevision stays as it was written, also in the order of its keys', async (t) => {
  const revisions = `/apis/apps/v1/namespaces/${api.namespace}/controllerrevisions`;
  const revision = { metadata: { name: 'as-written' }, data: { tempo: 'allegro', parts: [1] }, revision: 1 };
  await api.post(revisions, revision);
  const refusal = 'data: Invalid value: {"parts":[1],"tempo":"allegro"}: field is immutable';
  const message = `ControllerRevision.apps "as-written" is invalid: ${refusal}`;
  const reordered = { ...revision, data: { parts: [1], tempo: 'allegro' } };
  t.like((await api.put(`${revisions}/as-written`, reordered)).body, { code: 422, message });
  const labelled = { metadata: { labels: { a: 'b' } } };
  // A strategic merge patch has read it into maps.
  t.like((await api.patch(`${revisions}/as-written`, 'strategic-merge', labelled)).body, { code: 422, message });
  t.is((await api.patch(`${revisions}/as-written`, 'merge', labelled)).status, 200);
});

test('status is written through its own path alone', async (t) => {
  await api.post(api.pods, { ...(pod('halves') as object), status: { phase: 'Running' } });
  const path = `${api.pods}/halves`;
  t.like((await api.get(path)).body, { status: { phase: 'Pending' } });
  const through = await api.patch(`${path}/status`, 'merge', {
    metadata: { labels: { a: 'b' } },
    spec: { nodeName: 'x' },
    status: { phase: 'Running' },
  });
  t.like(through.body, { status: { phase: 'Running' } });
  t.is(through.body.spec?.nodeName, undefined);
});

test('owners that are there twice are dropped with a warning', async (t) => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '1' };
  const reply = await create('owned', { ownerReferences: [owner, owner] });
  t.deepEqual(reply.body.metadata.ownerReferences, [owner]);
  t.regex(warningsOf(reply), /duplicate entries.*duplicate UID\(s\) observed: 1/);
});

test('deprecated kinds carry a warning, errors included', async (t) => {
  const reply = await api.get(`/api/v1/namespaces/${api.namespace}/endpoints/nothing`);
  t.is(reply.status, 404);
  t.is(warningsOf(reply), '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"');
});

test('a scale is another face of its object', async (t) => {
  const path = `/apis/apps/v1/namespaces/${api.namespace}/replicasets`;
  const template = { metadata: { labels: { app: 'scaled' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  await api.post(path, {
    metadata: { name: 'scaled' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'scaled' } }, template },
  });
  t.like((await api.get(`${path}/scaled/scale`)).body, {
    kind: 'Scale',
    spec: { replicas: 1 },
    status: { selector: 'app=scaled' },
  });
  t.is((await api.patch(`${path}/scaled/scale`, 'merge', { spec: { replicas: 3 } })).status, 200);
  t.like((await api.get(`${path}/scaled`)).body, { spec: { replicas: 3 } });
});

test('a suspended job that has not started may change where its pods go, and nothing else of them', async (t) => {
  const jobs = `/apis/batch/v1/namespaces/${api.namespace}/jobs`;
  const podSpec = { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] };
  await api.post(jobs, { metadata: { name: 'held' }, spec: { suspend: true, template: { spec: podSpec } } });
  const change = async (spec: Json) =>
    (await api.patch(`${jobs}/held?dryRun=All`, 'merge', { spec: { template: { spec } } })).status;
  t.is(await change({ nodeSelector: { disk: 'fast' } }), 200);
  t.is(await change({ affinity: {} }), 200);
  t.is(await change({ hostNetwork: true }), 422);
});

test('a binding gives a pod its node, once', async (t) => {
  await api.post(api.pods, pod('bound'));
  const bind = (more = {}) =>
    api.post(`${api.pods}/bound/binding`, {
      metadata: { name: 'bound', ...more },
      target: { kind: 'Node', name: 'n' },
    });
  t.like((await bind({ name: 'other' })).body, {
    code: 400,
    message: 'name in URL does not match name in Binding object',
  });
  t.is((await bind({ annotations: { by: 'hand' } })).status, 201);
  t.like((await api.get(`${api.pods}/bound`)).body, {
    metadata: { annotations: { by: 'hand' } },
    spec: { nodeName: 'n' },
  });
  t.like((await bind()).body, {
    code: 409,
    message: 'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n"',
  });
});
