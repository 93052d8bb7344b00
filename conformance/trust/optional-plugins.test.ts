/** Admission plugins that run only where they are asked for. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { temporaryFolder } from '../temporary-folder.ts';
import { startOther, startTrusted } from './trusted-server.ts';

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

test('another server says which images run, and what happens while it is away is as configured', async (t) => {
  const asked: Array<{ spec: { containers: Array<{ image: string }>; annotations?: object } }> = [];
  const hook = await startOther((body, res) => {
    const review = JSON.parse(body) as (typeof asked)[number];
    asked.push(review);
    const allowed = review.spec.containers.every(({ image }) => !image.startsWith('evil'));
    res.end(JSON.stringify({ ...review, status: { allowed, reason: allowed ? '' : 'it is evil' } }));
  });
  t.teardown(() => hook.close());
  const folder = await temporaryFolder('portico-images');
  const admissionControlConfigFile = join(folder, 'admission.yaml');
  const start = async (defaultAllow: boolean) => {
    const imagePolicy = { kubeConfigFile: hook.kubeconfig, allowTTL: -1, denyTTL: 30, retryBackoff: 1, defaultAllow };
    const plugins = [{ name: 'ImagePolicyWebhook', configuration: { imagePolicy } }];
    const apiVersion = 'apiserver.config.k8s.io/v1';
    await writeFile(admissionControlConfigFile, stringify({ apiVersion, kind: 'AdmissionConfiguration', plugins }));
    const server = await startTrusted({
      enableAdmissionPlugins: 'ImagePolicyWebhook',
      disableAdmissionPlugins: 'ServiceAccount',
      admissionControlConfigFile,
      controllers: '',
    });
    t.teardown(() => server.stop());
    return (name: string, image: string) =>
      server.ask('admin', {
        method: 'POST',
        path: '/api/v1/namespaces/default/pods',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          metadata: { name, annotations: { 'a.image-policy.k8s.io/ticket': '1', other: '2' } },
          spec: { containers: [{ name: 'c', image }] },
        }),
      });
  };
  const make = await start(false);
  t.is((await make('good', 'good:1')).status, 201);
  t.deepEqual(asked[0]?.spec, {
    containers: [{ image: 'good:1' }],
    annotations: { 'a.image-policy.k8s.io/ticket': '1' },
    namespace: 'default',
  } as (typeof asked)[number]['spec']);
  const refused = await make('bad', 'evil:1');
  t.is(refused.status, 403);
  t.regex(refused.text, /image policy webhook backend denied one or more images: it is evil/);
  await make('bad', 'evil:1');
  t.is(asked.length, 2, 'a refusal is remembered');
  const makeOpen = await start(true);
  hook.close();
  t.is((await make('late', 'good:2')).status, 403);
  const open = await makeOpen('late', 'good:2');
  t.is(open.status, 201, open.text);
  t.regex(open.text, /"alpha\.image-policy\.k8s\.io\/failed-open":\s*"true"/);
});
