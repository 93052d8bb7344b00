/** OwnerReferencesPermissionEnforcement and AlwaysDeny, which run only where they are asked for. */
import test from 'ava';
import { startTrusted } from './trusted-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/role';
const apiGroup = 'rbac.authorization.k8s.io';

test('owners are changed by those who may delete, and blocked by those who may finalize', async (t) => {
  const server = await startTrusted({
    enableAdmissionPlugins: 'OwnerReferencesPermissionEnforcement',
    controllers: '',
  });
  t.teardown(() => server.stop());
  const send = async (user: string, method: string, path: string, body: object) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = { 'Content-Type': type };
    const { status, text } = await server.ask(user, { method, path, headers, body: JSON.stringify(body) });
    const { message = '' } = JSON.parse(text) as { message?: string };
    return `${status} ${message}`.trim();
  };
  const rules = [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'patch'] },
    { apiGroups: ['apps'], resources: ['deployments/finalizers'], resourceNames: ['mine'], verbs: ['update'] },
  ];
  await send('admin', 'POST', `${roles}s`, { metadata: { name: 'r' }, rules });
  await send('admin', 'POST', `${roles}bindings`, {
    metadata: { name: 'r' },
    roleRef: { apiGroup, kind: 'Role', name: 'r' },
    subjects: [{ kind: 'User', name: 'jane', apiGroup }],
  });
  const owner = (kind: string, name: string, blockOwnerDeletion: boolean, apiVersion = 'apps/v1') => ({
    ownerReferences: [{ apiVersion, kind, name, uid: 'u', blockOwnerDeletion }],
  });
  const make = (name: string, owners: object, user = 'jane') =>
    send(user, 'POST', configMaps, { metadata: { name, ...owners } });
  t.is(await make('a', owner('Deployment', 'other', false)), '201');
  t.is(await make('b', owner('Deployment', 'mine', true)), '201');
  t.is(
    await make('c', owner('Deployment', 'other', true)),
    `403 configmaps "c" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
  );
  t.regex(
    await make('d', owner('Foo', 'x', true, 'x.io/v1')),
    /cannot find RESTMapping for APIVersion x\.io\/v1 Kind Foo: no matches for kind "Foo" in version "x\.io\/v1"$/,
  );
  t.is(await make('e', owner('Foo', 'x', true, 'x.io/v1'), 'admin'), '201');
  const change = (metadata: object) => send('jane', 'PATCH', `${configMaps}/a`, { metadata });
  t.is(await change({ labels: { a: 'b' } }), '200');
  t.is(
    await change({ ownerReferences: null }),
    `403 configmaps "a" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`,
  );
});

test('AlwaysDeny refuses every write and no read', async (t) => {
  const server = await startTrusted({ enableAdmissionPlugins: 'AlwaysAdmit,AlwaysDeny', controllers: '' });
  t.teardown(() => server.stop());
  const body = '{"metadata":{"name":"x"}}';
  const refused = await server.ask('admin', {
    method: 'POST',
    path: configMaps,
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  t.is(refused.status, 403);
  t.regex(refused.text, /admission control is denying all modifications/);
  t.is((await server.ask('admin', { method: 'GET', path: configMaps })).status, 200);
});
