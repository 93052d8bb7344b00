/** What the server adds to objects and refuses by its admission plugins, as clients see it; evictions and budgets. */
import test from 'ava';
import { type ApiUnderTest, type Json, pod, type Reply, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
test.before(async () => {
  api = await startApiUnderTest();
});
test.after.always(() => api?.stop());

const limited = (name: string, resources: Json): Json =>
  pod(name, { containers: [{ name: 'main', image: 'registry.example.com/main:1', resources }] });
const inNamespace = (group: string, resource: string): string =>
  `/apis/${group}/namespaces/${api.namespace}/${resource}`;

/** Made for a claim and gone after it. */
async function withObject<T>(path: string, object: Json, use: (name: string) => Promise<T>): Promise<T> {
  const { body } = await api.post(path, object);
  const name = body.metadata.name ?? '';
  try {
    return await use(name);
  } finally {
    await api.remove(`${path}/${name}`);
  }
}

test.serial('a pod without a class has priority 0, and its tolerations of sick nodes end', async (t) => {
  const { body } = await api.post(api.pods, pod('plain'));
  t.like(body.spec, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  t.like(body.spec?.tolerations, [
    { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', tolerationSeconds: 300 },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', tolerationSeconds: 300 },
  ]);
});

test.serial('a priority class gives pods its value, which they may not contradict', async (t) => {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
  await withObject(path, { metadata: { generateName: 'api-' }, value: 7 }, async (priorityClassName) => {
    t.is((await api.post(api.pods, pod('classed', { priorityClassName }))).body.spec?.priority, 7);
    const contradicting = await api.post(api.pods, pod('odd', { priorityClassName, priority: 8 }));
    t.is(contradicting.status, 403);
    t.regex(contradicting.body.message ?? '', /^pods "odd" is forbidden: the integer value of priority \(8\) must not/);
  });
  const unknown = await api.post(api.pods, pod('lost', { priorityClassName: 'no-such-class' }));
  t.is(unknown.body.message, 'pods "lost" is forbidden: no PriorityClass with name no-such-class was found');
  const system = await api.post(api.pods, pod('critical', { priorityClassName: 'system-node-critical' }));
  t.is(system.body.spec?.priority, 2_000_001_000);
});

test.serial('a new node takes no pods yet', async (t) => {
  await withObject('/api/v1/nodes', { metadata: { generateName: 'api-' } }, async (name) => {
    const { body } = await api.get(`/api/v1/nodes/${name}`);
    t.deepEqual(body.spec?.taints, [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
  });
});

test.serial('a claim is protected from its first moment and takes the newest default class', async (t) => {
  const path = '/apis/storage.k8s.io/v1/storageclasses';
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const storageClass = { metadata: { generateName: 'api-', annotations }, provisioner: 'example.com/none' };
  const claim = {
    metadata: { name: 'claim' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  await withObject(path, storageClass, async (storageClassName) => {
    const { body } = await api.post(`/api/v1/namespaces/${api.namespace}/persistentvolumeclaims`, claim);
    t.deepEqual(body.metadata.finalizers, ['kubernetes.io/pvc-protection']);
    t.is(body.spec?.storageClassName, storageClassName);
  });
});

test.serial('a runtime class gives pods overhead, node selector and tolerations', async (t) => {
  const runtimeClass = {
    metadata: { generateName: 'api-' },
    handler: 'sandbox',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { sandbox: 'yes' }, tolerations: [{ key: 'sandbox', operator: 'Exists' }] },
  };
  await withObject('/apis/node.k8s.io/v1/runtimeclasses', runtimeClass, async (runtimeClassName) => {
    const { body } = await api.post(api.pods, pod('boxed', { runtimeClassName }));
    t.like(body.spec, { overhead: { cpu: '250m' }, nodeSelector: { sandbox: 'yes' } });
    const elsewhere = await api.post(api.pods, pod('out', { runtimeClassName, nodeSelector: { sandbox: 'no' } }));
    t.regex(elsewhere.body.message ?? '', /conflict: runtimeClass\.scheduling\.nodeSelector\[sandbox\] = yes/);
  });
  const missing = await api.post(api.pods, pod('missing', { runtimeClassName: 'none' }));
  t.is(missing.body.message, 'pods "missing" is forbidden: pod rejected: RuntimeClass "none" not found');
});

test.serial('a limit range sets what a pod leaves out and bounds what it asks for', async (t) => {
  const limits = [
    { type: 'Container', default: { cpu: '200m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } },
    { type: 'Pod', max: { memory: '1Gi' } },
  ];
  const path = `/api/v1/namespaces/${api.namespace}/limitranges`;
  await withObject(path, { metadata: { name: 'bounds' }, spec: { limits } }, async () => {
    const fits = await api.post(api.pods, limited('fits', { limits: { memory: '1Gi' } }));
    t.like(fits.body.spec?.containers, [{ resources: { limits: { cpu: '200m' }, requests: { cpu: '100m' } } }]);
    t.is(
      (fits.body.metadata.annotations as Record<string, string>)['kubernetes.io/limit-ranger'],
      'LimitRanger plugin set: cpu request for container main; cpu limit for container main',
    );
    const big = await api.post(api.pods, limited('big', { limits: { cpu: '2', memory: '2Gi' } }));
    t.is(
      big.body.message,
      'pods "big" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, ' +
        'maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    );
  });
});

test.serial('a namespace that enforces a level of pod security refuses pods and warns of workloads', async (t) => {
  const namespace = `/api/v1/namespaces/${api.namespace}`;
  const level = (enforce: Json) =>
    api.patch(namespace, 'merge', { metadata: { labels: { 'pod-security.kubernetes.io/enforce': enforce } } });
  t.is((await api.post(api.pods, pod('before', { hostPID: true }))).status, 201);
  t.is((await level('strict')).status, 422);
  const raised = await level('baseline');
  t.regex(String(raised.headers.warning), /existing pods in namespace .*baseline:latest.*before: host namespaces/);
  const refused = await api.post(api.pods, pod('refused', { hostPID: true }));
  t.is(
    refused.body.message,
    'pods "refused" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
  );
  const template = {
    metadata: { labels: { app: 'a' } },
    spec: { ...(pod('x') as { spec: object }).spec, hostIPC: true },
  };
  const spec = { selector: { matchLabels: { app: 'a' } }, template };
  const warned = await api.post(inNamespace('apps/v1', 'replicasets'), { metadata: { name: 'warned' }, spec });
  t.is(warned.status, 201);
  t.regex(String(warned.headers.warning), /would violate PodSecurity .*host namespaces \(hostIPC=true\)/);
  await level(null);
});

test.serial('of many objects at once, only as many are made as the quota allows, and the quota says so', async (t) => {
  const hard = { 'count/secrets': '5' };
  const quotas = `/api/v1/namespaces/${api.namespace}/resourcequotas`;
  await withObject(quotas, { metadata: { name: 'few' }, spec: { hard } }, async () => {
    await api.patch(`${quotas}/few/status`, 'merge', { status: { hard, used: { 'count/secrets': '1' } } });
    const names = Array.from({ length: 20 }, (_, index) => `secret-${index}`);
    const secrets = `/api/v1/namespaces/${api.namespace}/secrets`;
    const replies = await Promise.all(names.map((name) => api.post(secrets, { metadata: { name } })));
    t.is(replies.filter(({ status }) => status === 201).length, 4);
    const refused = replies.find(({ status }) => status === 403);
    t.regex(
      refused?.body.message ?? '',
      /^secrets "secret-\d+" is forbidden: exceeded quota: few, requested: count\/secrets=1, used: count\/secrets=5, limited: count\/secrets=5$/,
    );
    t.like((await api.get(`${quotas}/few`)).body.status, { used: { 'count/secrets': '5' } });
  });
});

test.serial('an eviction waits for the budget, says why, and takes its part of it', async (t) => {
  const budgets = inNamespace('policy/v1', 'poddisruptionbudgets');
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } };
  await api.post(api.pods, { ...(pod('guarded', { nodeName: 'none' }) as object), metadata: guarded('guarded') });
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  await api.patch(`${api.pods}/guarded/status`, 'merge', { status });
  await withObject(budgets, { metadata: { name: 'guard' }, spec }, async () => {
    const early = await evict('guarded');
    t.is(early.status, 429);
    t.is(early.headers['retry-after'], '10');
    await allow(budgets, { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 });
    t.deepEqual((await evict('guarded')).body.details?.causes, [
      {
        reason: 'DisruptionBudget',
        message: 'The disruption budget guard needs 1 healthy pods and has 1 currently',
      },
    ]);
    await allow(budgets, { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
    t.is((await evict('guarded')).status, 201);
    t.like((await api.get(`${budgets}/guard`)).body.status, { disruptionsAllowed: 0 });
    const { body } = await api.get(`${api.pods}/guarded`);
    t.true((body.metadata.deletionGracePeriodSeconds ?? 0) > 0);
    const conditions = (body.status as { conditions: { type: string }[] }).conditions.map(({ type }) => type);
    t.deepEqual(conditions, ['Ready', 'DisruptionTarget']);
  });
});

test.serial('of evictions at once, only as many pass as the budget allows', async (t) => {
  const budgets = inNamespace('policy/v1', 'poddisruptionbudgets');
  const names = Array.from({ length: 6 }, (_, index) => `crowd-${index}`);
  const labels = { app: 'crowd' };
  for (const name of names) {
    await api.post(api.pods, { ...(pod(name, { nodeName: 'none' }) as object), metadata: { name, labels } });
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await api.patch(`${api.pods}/${name}/status`, 'merge', { status });
  }
  const spec = { minAvailable: 1, selector: { matchLabels: labels } };
  await withObject(budgets, { metadata: { name: 'guard' }, spec }, async () => {
    await allow(budgets, { disruptionsAllowed: 2, currentHealthy: 6, desiredHealthy: 4, expectedPods: 6 });
    const replies = await Promise.all(names.map(evict));
    t.deepEqual(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 201, 429, 429, 429, 429],
    );
  });
});

function guarded(name: string): Json {
  return { name, labels: { app: 'guarded' } };
}

function evict(name: string): Promise<Reply> {
  return api.post(`${api.pods}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });
}

async function allow(budgets: string, status: Json): Promise<void> {
  const full = { observedGeneration: 1, ...(status as object) };
  await api.patch(`${budgets}/guard/status`, 'merge', { status: full });
}
