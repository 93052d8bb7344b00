import test from 'ava';
import {
  clusterRoles,
  jobs,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  serviceAccounts,
  validatingAdmissionPolicies,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find, gone } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

const unique = () => `t${process.hrtime.bigint().toString(36)}`;
const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }];
const claimSpec = (storageClassName: string) => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName,
  resources: { requests: { storage: '1Gi' } },
});

test('a claim that a pod on a node uses stays until the pod is gone', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('protected-claim');
  await eventually(() => find(client, serviceAccounts, { name: 'default', namespace }));
  const claim = { namespace, name: 'data' };
  await client.of(persistentVolumeClaims).create({ metadata: claim, spec: claimSpec('none') });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  await client.of(pods).create({
    metadata: { name: 'user', namespace },
    spec: { nodeName: 'no-such-node', containers, volumes },
  });
  await client.of(persistentVolumeClaims).delete('data', { namespace });
  const waiting = await find(client, persistentVolumeClaims, claim);
  t.deepEqual(waiting?.metadata.finalizers, ['kubernetes.io/pvc-protection']);
  await client.of(pods).delete('user', { namespace, gracePeriodSeconds: 0 });
  await gone(client, persistentVolumeClaims, claim);
});

test('a volume that is not bound goes at once', async (t) => {
  const { client } = cluster;
  const name = unique();
  await client.of(persistentVolumes).create({
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: name,
      hostPath: { path: '/tmp/volume' },
    },
  });
  await client.of(persistentVolumes).delete(name);
  await gone(client, persistentVolumes, { name });
  t.pass();
});

test('a role that aggregates has the rules of those it selects, each once', async (t) => {
  const { client } = cluster;
  const id = unique();
  const role = (name: string, resources: string[]) =>
    client.of(clusterRoles).create({
      metadata: { name: `${id}-${name}`, labels: { [`aggregate-${id}`]: 'true' } },
      rules: [{ apiGroups: [''], resources, verbs: ['get'] }],
    });
  await role('b', ['secrets']);
  await client.of(clusterRoles).create({
    metadata: { name: id },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`aggregate-${id}`]: 'true' } }] },
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  });
  await role('a', ['pods']);
  await role('c', ['pods']);
  const resourcesOf = async () =>
    (await find(client, clusterRoles, { name: id }))?.rules?.flatMap((rule) => rule.resources ?? []);
  await eventually(async () => (await resourcesOf())?.join() === 'pods,secrets');
  await client.of(clusterRoles).delete(`${id}-a`);
  await client.of(clusterRoles).delete(`${id}-c`);
  await eventually(async () => (await resourcesOf())?.join() === 'secrets');
  for (const name of [`${id}-b`, id]) await client.of(clusterRoles).delete(name);
  t.pass();
});

test('a job that has finished goes when its time to live is over', async (t) => {
  const { client } = cluster;
  const namespace = await cluster.namespace('job-ends');
  const spec = {
    suspend: true,
    ttlSecondsAfterFinished: 1,
    template: { spec: { containers, restartPolicy: 'Never' } },
  };
  await client.of(jobs).create({ metadata: { name: 'job', namespace }, spec });
  const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: now, lastProbeTime: now });
  const status = { conditions: [condition('FailureTarget'), condition('Failed')], startTime: now };
  await client.of(jobs).patch('job', { status }, { namespace, subresource: 'status' });
  await gone(client, jobs, { name: 'job', namespace });
  t.pass();
});

test('a node of a small cluster looks for new secrets each time', async (t) => {
  const { client } = cluster;
  const name = unique();
  await client.of(nodes).create({ metadata: { name } });
  const annotated = await eventually(async () => {
    const found = await find(client, nodes, { name });
    return found?.metadata.annotations?.['node.alpha.kubernetes.io/ttl'] !== undefined && found;
  });
  t.is(annotated.metadata.annotations?.['node.alpha.kubernetes.io/ttl'], '0');
  await client.of(nodes).delete(name);
});

test('a policy says in its status where its expressions do not fit the types that it is for', async (t) => {
  const { client } = cluster;
  const name = `checked-${Date.now()}.example.com`;
  const policies = client.of(validatingAdmissionPolicies);
  await policies.create({
    metadata: { name },
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { nowhere: name } },
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] },
        ],
      },
      variables: [{ name: 'place', expression: 'object.metadata.namespace' }],
      validations: [
        { expression: "object.spec.replicas > '1'", messageExpression: "'got ' + object.spec.replicas" },
        { expression: 'object.spec.replicas > 1 && variables.place.startsWith("a")' },
        { expression: 'object.spec.template.spec.containers.all(c, c.nothing == 1)' },
      ],
    },
  });
  const { status } = await eventually(async () => {
    const policy = await policies.get(name);
    return policy.status?.typeChecking !== undefined && policy;
  });
  t.deepEqual(status?.typeChecking?.expressionWarnings, [
    {
      fieldRef: 'spec.validations[0].expression',
      warning: [
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'",
        " | object.spec.replicas > '1'",
        ' | .....................^\n',
      ].join('\n'),
    },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning: [
        "apps/v1, Kind=Deployment: ERROR: <input>:1:8: found no matching overload for '_+_' applied to '(string, int)'",
        " | 'got ' + object.spec.replicas",
        ' | .......^\n',
      ].join('\n'),
    },
    {
      fieldRef: 'spec.validations[2].expression',
      warning: [
        "apps/v1, Kind=Deployment: ERROR: <input>:1:46: undefined field 'nothing'",
        ' | object.spec.template.spec.containers.all(c, c.nothing == 1)',
        ' | .............................................^\n',
      ].join('\n'),
    },
  ]);
  t.is(status?.observedGeneration, 1);
  await policies.delete(name);
});
