import test, { type ExecutionContext } from 'ava';
import { installResource, type Portico, resources, runController, startPortico } from '../../server/cmd/library.ts';
import { databaseController } from './database-controller.ts';
import { databases } from './database.ts';

type Database = Awaited<ReturnType<ReturnType<typeof databasesOf>['get']>>;
const databasesOf = (platform: Portico) => platform.client.of(databases);
const namespace = 'default';

/** The first state of an object that fits. */
async function seen(platform: Portico, name: string, fits: (database: Database) => boolean): Promise<Database> {
  const events = await databasesOf(platform).watch({
    namespace,
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: '0',
  });
  for await (const { object } of events) if (fits(object)) return object;
  throw new Error('the watch ended');
}

async function claims(t: ExecutionContext, platform: Portico): Promise<void> {
  const { client } = platform;
  const object = databasesOf(platform);
  const made = await object.create({
    metadata: { name: 'orders', namespace },
    spec: { engine: 'postgres', storageGb: 20 },
  });
  t.is(made.spec.replicas, 1);
  const creating = await seen(platform, 'orders', ({ status }) => status?.phase === 'Creating');
  t.is(creating.status?.address, 'orders.default.svc:5432');

  const sets = client.of(resources.statefulSets);
  const set = await sets.get('orders', { namespace });
  t.is(set.metadata.ownerReferences?.[0]?.uid, made.metadata.uid);
  t.is(set.spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.storage, '20Gi');
  await sets.patch('orders', { status: { replicas: 1, readyReplicas: 1 } }, { namespace, subresource: 'status' });
  await seen(platform, 'orders', ({ status }) => status?.phase === 'Ready');

  // What somebody else changes is put right.
  await sets.patch('orders', { spec: { replicas: 4 } }, { namespace });
  const events = await sets.watch({ namespace, fieldSelector: 'metadata.name=orders', resourceVersion: '0' });
  for await (const event of events) if ((event.object as { spec?: { replicas?: number } }).spec?.replicas === 1) break;

  const refused = object.create({
    metadata: { name: 'x', namespace },
    spec: { engine: 'mysql', storageGb: 1, replicas: 2 },
  });
  const error = await t.throwsAsync(refused);
  t.regex(error?.message ?? '', /mysql comes with one replica/);
  const chosen = await object.list({ namespace, fieldSelector: 'spec.engine=mysql' });
  t.is(chosen.items.length, 0);
}

test('a kind that is compiled in is served, explained and reconciled, and is no object of the API', async (t) => {
  const platform = await startPortico({
    resources: [databases],
    ownControllers: [databaseController],
    controllers: '',
  });
  t.teardown(() => platform.stop());
  await claims(t, platform);
  const definitions = await platform.client.of(resources.customResourceDefinitions).list();
  t.deepEqual(definitions.items, []);
  const document = await platform.client.request<{ components: { schemas: object } }>({
    path: '/openapi/v3/apis/platform.example.com/v1',
  });
  t.true(Object.hasOwn(document.components.schemas, 'com.example.platform.v1.Database'));
});

test('the same resource and controller work on a cluster that gets them as a definition', async (t) => {
  const cluster = await startPortico({ controllers: '' });
  t.teardown(() => cluster.stop());
  await installResource(cluster.client, databases);
  const controller = new AbortController();
  const running = runController(databaseController, {
    kubeConfig: cluster.kubeConfig,
    signal: controller.signal,
    onError: (error, what) => t.log(what, error),
  });
  await claims(t, cluster);
  controller.abort();
  await running;
});

test('a schema that the API would refuse is refused at the start', async (t) => {
  const { definition, ...names } = databases;
  const broken = structuredClone(definition) as never as { spec: { versions: { schema: object }[] } };
  for (const version of broken.spec.versions) version.schema = { openAPIV3Schema: { type: 'odd' } };
  const starting = startPortico({ resources: [{ ...names, definition: broken as never }] });
  const error = await t.throwsAsync(starting);
  t.regex(error?.message ?? '', /^databases\.platform\.example\.com: spec\.validation\.openAPIV3Schema\.type: /);
});
