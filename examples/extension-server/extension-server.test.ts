import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { resources, startPortico } from '../../server/cmd/library.ts';
import { flavors } from './flavor.ts';
import { startExtension } from './start-extension.ts';

test('clients of one server use a kind that another one serves, with the permissions that they have there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portico-extension-'));
  const cluster = await startPortico({ controllers: '' });
  const extension = await startExtension({ cluster, folder, host: 'localhost' });
  t.teardown(async () => {
    await extension.stop();
    await cluster.stop();
    await rm(folder, { recursive: true });
  });
  const { client } = cluster;
  const events = await client.of(resources.apiServices).watch({
    fieldSelector: `metadata.name=${flavors.version}.${flavors.group}`,
    resourceVersion: '0',
  });
  for await (const { object } of events) {
    const { conditions = [] } =
      (object as { status?: { conditions?: { type: string; status: string }[] } }).status ?? {};
    if (conditions.some(({ type, status }) => type === 'Available' && status === 'True')) break;
  }
  await client.of(flavors).create({ metadata: { name: 'vanilla' }, spec: { sweetness: 4 } });
  t.is((await client.of(flavors).get('vanilla')).spec.sweetness, 4);
  t.is((await extension.client.of(flavors).list()).items.length, 1);
  const tooSweet = client.of(flavors).create({ metadata: { name: 'sugar' }, spec: { sweetness: 11 } });
  t.regex((await t.throwsAsync(tooSweet))?.message ?? '', /should be less than or equal to 10/);

  const may = async (user: string): Promise<boolean> => {
    const resourceAttributes = { group: flavors.group, resource: flavors.resource, verb: 'list' };
    const spec = { user, groups: ['system:authenticated'], resourceAttributes };
    const body = JSON.stringify({ kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec });
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    // What the extension server says: it asks the cluster.
    const { status } = await extension.client.request<{ status: { allowed: boolean } }>({ method: 'POST', path, body });
    return status.allowed;
  };
  t.false(await may('ann'));
  const metadata = { name: 'flavor-reader' };
  const rules = [{ apiGroups: ['kitchen.example.com'], resources: ['flavors'], verbs: ['list'] }];
  await client.of(resources.clusterRoles).create({ metadata: { ...metadata }, rules });
  await client.request({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: JSON.stringify({
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'User', name: 'ben', apiGroup: 'rbac.authorization.k8s.io' }],
    }),
  });
  t.true(await may('ben'));
});
