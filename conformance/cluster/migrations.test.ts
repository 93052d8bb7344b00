import test from 'ava';
import {
  clusterTrustBundles,
  configMaps,
  customResourceDefinitions,
  storageVersionMigrations,
} from '../../server/client/resource-types.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import type { PartialObject } from '../../server/client/api-types.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { eventually, find } from './cluster-under-test.ts';

/** A cluster with what is off by default. */
let portico: Portico;
test.before(async () => {
  const runtimeConfig = 'storagemigration.k8s.io/v1beta1=true,certificates.k8s.io/v1beta1=true';
  portico = await startPortico({ storage: 'memory:', controllers: '*', runtimeConfig });
});
test.after.always(() => portico?.stop());

async function migrated(name: string, resource: { readonly group: string; readonly resource: string }) {
  const migrations = portico.client.of(storageVersionMigrations);
  await migrations.create({ metadata: { name }, spec: { resource } });
  return eventually(async () => {
    const { status } = await migrations.get(name);
    const isTrue = (type: string, is: string) =>
      status?.conditions?.some((each) => each.type === type && each.status === is);
    return (isTrue('Succeeded', 'True') || isTrue('Failed', 'True')) && isTrue('Running', 'False') && status;
  });
}
const outcomeOf = (conditions: ReadonlyArray<{ type: string; status: string }> = []) =>
  conditions
    .filter(({ type }) => type !== 'Running')
    .map(({ type, status }) => `${type}=${status}`)
    .join();

test('after a migration a definition says that all objects are in the version that is stored now', async (t) => {
  const { client } = portico;
  const definitions = client.of(customResourceDefinitions);
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = (stored: string) =>
    ['v1', 'v2'].map((name) => ({ name, served: true, storage: name === stored, schema }));
  const name = 'things.example.com';
  const names = { plural: 'things', kind: 'Thing' };
  await definitions.create({
    metadata: { name },
    spec: { group: 'example.com', names, scope: 'Namespaced', versions: versions('v1') },
  });
  await eventually(async () =>
    (await definitions.get(name)).status?.conditions?.some(
      ({ type, status }) => type === 'Established' && status === 'True',
    ),
  );
  const things: ResourceType<PartialObject> = {
    group: 'example.com',
    version: 'v1',
    resource: 'things',
    kind: 'Thing',
    namespaced: true,
  };
  const created = await client.of(things).create({ metadata: { name: 'one', namespace: 'default' } });
  await definitions.patch(name, { spec: { versions: versions('v2') } });
  await eventually(async () => (await definitions.get(name)).status?.storedVersions?.join() === 'v1,v2');
  const status = await migrated('things', { group: 'example.com', resource: 'things' });
  t.is(outcomeOf(status.conditions), 'Succeeded=True');
  const definition = await definitions.get(name);
  t.deepEqual(definition.status?.storedVersions, ['v2']);
  t.is(definition.status?.conditions?.find(({ type }) => type === 'StorageMigrating')?.reason, 'MigrationSucceeded');
  t.is((await client.of(things).get('one', { namespace: 'default' })).metadata.uid, created.metadata.uid);
});

test('a migration of what is stored as it should be changes nothing', async (t) => {
  const resource = portico.client.of(configMaps);
  const { metadata } = await resource.create({ metadata: { name: 'same', namespace: 'default' }, data: { a: 'b' } });
  const status = await migrated('config', { group: '', resource: 'configmaps' });
  t.is(outcomeOf(status.conditions), 'Succeeded=True');
  t.is((await resource.get('same', { namespace: 'default' })).metadata.resourceVersion, metadata.resourceVersion);
});

test('the authority of the API server is published as a trust bundle of its signer', async (t) => {
  const { client } = portico;
  const found = await eventually(async () => {
    const { items } = await client.of(clusterTrustBundles).list();
    return items.length > 0 && items;
  });
  t.is(found.length, 1);
  t.is(found[0]?.spec.signerName, 'kubernetes.io/kube-apiserver-serving');
  const root = await eventually(() => find(client, configMaps, { name: 'kube-root-ca.crt', namespace: 'default' }));
  t.is(found[0]?.spec.trustBundle, root.data?.['ca.crt']);
});
