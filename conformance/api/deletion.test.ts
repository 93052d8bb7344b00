/** Deletion: at once, after a grace period, when the last finalizer goes; collections; namespaces. */
import test from 'ava';
import { type ApiUnderTest, configMap, type Json, pod, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
});
test.after.always(() => api?.stop());

const at = (name: string): string => `${api.configMaps}/${name}`;
const create = (name: string, more: { readonly [key: string]: Json } = {}) =>
  api.post(api.configMaps, configMap(name, more));
const options = (more: { readonly [key: string]: Json }): Json => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  ...more,
});

test('a delete answers with a Status that names the object, most kinds with the object itself', async (t) => {
  const { uid } = (await create('plain')).body.metadata;
  t.like((await api.remove(at('plain'))).body, {
    kind: 'Status',
    status: 'Success',
    details: { name: 'plain', kind: 'configmaps', uid },
  });
  t.like((await api.remove(at('plain'))).body, { code: 404, message: 'configmaps "plain" not found' });
  await api.post(api.pods, pod('plain'));
  t.like((await api.remove(`${api.pods}/plain`)).body, { kind: 'Pod', metadata: { name: 'plain' } });
});

test('preconditions protect what the client has not seen', async (t) => {
  const { uid, resourceVersion } = (await create('guarded')).body.metadata;
  const wrong = await api.remove(at('guarded'), options({ preconditions: { uid: 'another' } }));
  t.like(wrong.body, { code: 409, reason: 'Conflict' });
  t.regex(wrong.body.message ?? '', /the UID in the precondition \(another\) does not match the UID in record/);
  t.is((await api.remove(at('guarded'), options({ preconditions: { resourceVersion: '1' } }))).status, 409);
  t.is((await api.remove(at('guarded'), options({ preconditions: { uid, resourceVersion } }))).status, 200);
});

test('finalizers hold a deleted object until the last one goes', async (t) => {
  await create('held', { finalizers: ['example.com/one', 'example.com/two'] });
  const marked = (await api.remove(at('held'))).body;
  t.truthy(marked.metadata.deletionTimestamp);
  t.is(marked.metadata.deletionGracePeriodSeconds, 0);
  t.is((await create('held')).body.message, 'object is being deleted: configmaps "held" already exists');
  const added = await api.patch(at('held'), 'merge', {
    metadata: { finalizers: ['example.com/one', 'example.com/three'] },
  });
  t.is(added.status, 422);
  t.is((await api.patch(at('held'), 'merge', { metadata: { finalizers: ['example.com/two'] } })).status, 200);
  t.is((await api.patch(at('held'), 'merge', { metadata: { finalizers: null } })).status, 200);
  t.is((await api.get(at('held'))).status, 404);
});

test('propagation policies become finalizers', async (t) => {
  const deleted = async (name: string, more: { readonly [key: string]: Json }) => {
    await create(name);
    const { status, body } = await api.remove(at(name), options(more));
    return [status, body.metadata.finalizers];
  };
  t.deepEqual(await deleted('foreground', { propagationPolicy: 'Foreground' }), [200, ['foregroundDeletion']]);
  t.deepEqual(await deleted('orphan', { propagationPolicy: 'Orphan' }), [200, ['orphan']]);
  t.deepEqual(await deleted('old-orphan', { orphanDependents: true }), [200, ['orphan']]);
  t.deepEqual(await deleted('background', { propagationPolicy: 'Background' }), [200, undefined]);
  const both = await api.remove(at('orphan'), options({ propagationPolicy: 'Orphan', orphanDependents: true }));
  t.like(both.body, { code: 422, details: { kind: 'DeleteOptions' } });
  const unknown = await api.remove(at('orphan'), options({ propagationPolicy: 'Sideways' }));
  t.like(unknown.body, { code: 422, details: { causes: [{ field: 'propagationPolicy' }] } });
});

test('a job keeps its pods unless told otherwise, and warns of it', async (t) => {
  const jobs = `/apis/batch/v1/namespaces/${api.namespace}/jobs`;
  const spec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } };
  await api.post(jobs, { metadata: { name: 'chatty' }, spec });
  const reply = await api.remove(`${jobs}/chatty`);
  t.deepEqual(reply.body.metadata.finalizers, ['orphan']);
  t.regex(String(reply.headers.warning), /child pods are preserved by default/);
});

test('a pod on a node is given its grace, which can only get shorter', async (t) => {
  const path = `${api.pods}/graceful`;
  await api.post(api.pods, pod('graceful', { nodeName: 'nowhere', terminationGracePeriodSeconds: 20 }));
  const grace = async (more: { readonly [key: string]: Json }) => {
    const { metadata } = (await api.remove(path, options(more))).body;
    return [metadata.deletionGracePeriodSeconds, metadata.generation];
  };
  t.deepEqual(await grace({}), [20, 2]);
  t.deepEqual(await grace({ gracePeriodSeconds: 100 }), [20, 2]);
  t.deepEqual(await grace({ gracePeriodSeconds: 5 }), [5, 2]);
  t.is((await api.get(path)).status, 200);
  t.deepEqual(await grace({ gracePeriodSeconds: 0 }), [0, 2]);
  t.is((await api.get(path)).status, 404);
});

test('a pod that nobody runs goes at once', async (t) => {
  await api.post(api.pods, pod('idle'));
  t.is((await api.remove(`${api.pods}/idle`)).body.metadata.deletionGracePeriodSeconds, 0);
  t.is((await api.get(`${api.pods}/idle`)).status, 404);
});

test('the DELETED event has the last state and a version of its own', async (t) => {
  const { resourceVersion } = (await create('last', { finalizers: ['example.com/x'] })).body.metadata;
  await api.remove(at('last'));
  await api.patch(at('last'), 'merge', { metadata: { finalizers: null }, data: { a: 'never stored' } });
  const events = await api.watch(
    `${api.configMaps}?watch=true&resourceVersion=${resourceVersion ?? ''}&fieldSelector=metadata.name%3Dlast`,
    2,
  );
  t.deepEqual(
    events.map(({ type }) => type),
    ['MODIFIED', 'DELETED'],
  );
  t.deepEqual(events[1]?.object.data, { a: '1' });
  t.true(Number(events[1]?.object.metadata.resourceVersion) > Number(events[0]?.object.metadata.resourceVersion));
});

test('a collection goes as far as its selector says, and is answered as it was', async (t) => {
  for (const name of ['one', 'two', 'three']) {
    await create(`many-${name}`, {
      labels: { number: name },
      ...(name === 'two' ? { finalizers: ['example.com/x'] } : {}),
    });
  }
  const { body } = await api.remove(`${api.configMaps}?labelSelector=number+in+(one,two)`);
  t.is(body.kind, 'ConfigMapList');
  t.deepEqual(
    body.items?.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp]),
    [
      ['many-one', undefined],
      ['many-two', undefined],
    ],
  );
  t.is((await api.get(at('many-one'))).status, 404);
  t.truthy((await api.get(at('many-two'))).body.metadata.deletionTimestamp);
  t.is((await api.get(at('many-three'))).status, 200);
  await api.patch(at('many-two'), 'merge', { metadata: { finalizers: null } });
});

test('a namespace terminates, takes nothing new, and goes when it is finalized', async (t) => {
  const name = `${api.namespace}-doomed`;
  const path = `/api/v1/namespaces/${name}`;
  const finalizers = ['example.com/mine'];
  const created = await api.post('/api/v1/namespaces', { metadata: { name }, spec: { finalizers } });
  t.deepEqual(created.body.spec?.finalizers, ['example.com/mine', 'kubernetes']);
  t.like(created.body, { metadata: { labels: { 'kubernetes.io/metadata.name': name } }, status: { phase: 'Active' } });
  const marked = (await api.remove(path)).body;
  t.like(marked, { kind: 'Namespace', status: { phase: 'Terminating' } });
  t.is(marked.metadata.deletionGracePeriodSeconds, undefined);
  const refused = await api.post(`${path}/configmaps`, configMap('late'));
  t.like(refused.body, {
    code: 403,
    details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
  });
  t.is((await api.remove(path)).status, 200);
  const finalize = (rest: readonly string[]) =>
    api.put(`${path}/finalize`, { metadata: { name }, spec: { finalizers: rest } });
  t.deepEqual((await finalize(finalizers)).body.spec?.finalizers, finalizers);
  t.is((await finalize([])).status, 200);
  t.is((await api.get(path)).status, 404);
});

test('the namespaces that everything needs cannot be deleted', async (t) => {
  t.like((await api.remove('/api/v1/namespaces/kube-system')).body, {
    code: 403,
    message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  });
});
