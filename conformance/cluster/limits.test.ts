import test from 'ava';
import {
  configMaps,
  nodes,
  podDisruptionBudgets,
  pods,
  resourceQuotas,
  serviceAccounts,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

const containers = [{ name: 'main', image: 'image', resources: { requests: { cpu: '100m' } } }];
const readyStatus = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

test('a quota counts what is there, and what goes', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('quota');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  await client.of(pods).create({ metadata: { name: 'a', namespace }, spec: { containers } });
  await client.of(configMaps).create({ metadata: { name: 'mine', namespace } });
  const hard = { pods: '2', 'requests.cpu': '1', 'count/configmaps': '5' };
  await client.of(resourceQuotas).create({ metadata: { name: 'quota', namespace }, spec: { hard } });
  const used = async () => (await find(client, resourceQuotas, { name: 'quota', namespace }))?.status?.used;
  // The root certificates are one of the config maps.
  await eventually(async () => {
    const now = await used();
    return now?.pods === '1' && now['requests.cpu'] === '100m' && now['count/configmaps'] === '2';
  });
  await client.of(pods).delete('a', { namespace, gracePeriodSeconds: 0 });
  await eventually(async () => (await used())?.pods === '0');
  t.is((await used())?.['requests.cpu'], '0');
});

test('a budget says how many of its pods may go', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('budget');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'a' } } };
  await client.of(podDisruptionBudgets).create({ metadata: { name: 'budget', namespace }, spec });
  for (const name of ['one', 'two']) {
    await client.of(pods).create({ metadata: { name, namespace, labels: { app: 'a' } }, spec: { containers } });
    await client.of(pods).patch(name, { status: readyStatus }, { namespace, subresource: 'status' });
  }
  const budget = await eventually(async () => {
    const found = await find(client, podDisruptionBudgets, { name: 'budget', namespace });
    return found?.status?.disruptionsAllowed === 1 && found;
  });
  t.like(budget.status, { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 });
  t.like(budget.status?.conditions?.[0], { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' });
});

test('pods leave a node with a taint that they do not tolerate', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('tainted');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const name = `node-${namespace}`;
  await client.of(nodes).create({ metadata: { name } });
  const make = (podName: string, tolerations: object[]) =>
    client.of(pods).create({
      metadata: { name: podName, namespace },
      spec: { nodeName: name, containers, tolerations, terminationGracePeriodSeconds: 0 },
    });
  await make('leaves', []);
  await make('stays', [{ operator: 'Exists' }]);
  await client.of(nodes).patch(name, { spec: { taints: [{ key: 'drive', effect: 'NoExecute' }] } });
  await gone(client, pods, { name: 'leaves', namespace });
  t.truthy(await find(client, pods, { name: 'stays', namespace }));
  await client.of(nodes).delete(name);
});
