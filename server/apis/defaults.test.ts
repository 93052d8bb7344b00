import test from 'ava';
import { loadFacts } from '../../openapi/facts.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { imageTag } from './core/v1/image-reference.ts';
import { createDefaulters, defaulters } from './defaults.ts';

function defaulted(type: string, value: JsonObject, map = defaulters): JsonObject {
  const copy = structuredClone(value);
  const defaulter = map.get(`io.k8s.api.${type}`) ?? map.get(type);
  if (defaulter === undefined) throw new Error(`no defaulter for ${type}`);
  defaulter(copy, copy);
  return copy;
}

test('every defaulter belongs to a type of the facts', (t) => {
  const types = loadFacts().types;
  t.deepEqual(
    [...defaulters.keys()].filter((name) => types[name] === undefined),
    [],
  );
});

test('an object that has everything set is left as it is', (t) => {
  const complete: [string, JsonObject][] = [
    [
      'core.v1.Container',
      { image: 'a', imagePullPolicy: 'Never', terminationMessagePath: '/x', terminationMessagePolicy: 'File' },
    ],
    ['core.v1.Probe', { timeoutSeconds: 2, periodSeconds: 3, successThreshold: 4, failureThreshold: 5 }],
    ['core.v1.Volume', { name: 'v', hostPath: { path: '/' } }],
    ['apps.v1.DeploymentSpec', { replicas: 0, revisionHistoryLimit: 0, progressDeadlineSeconds: 0 }],
    ['apps.v1.DeploymentStrategy', { type: 'Recreate' }],
    ['apps.v1.StatefulSetUpdateStrategy', { type: 'RollingUpdate' }],
    ['networking.v1.NetworkPolicySpec', { egress: [{}], policyTypes: ['Egress'] }],
  ];
  for (const [type, value] of complete) t.deepEqual(defaulted(type, value), value, type);
});

test('empty strings and zeros of plain Go fields count as unset', (t) => {
  t.like(defaulted('core.v1.Probe', { timeoutSeconds: 0 }), { timeoutSeconds: 1 });
  t.like(defaulted('rbac.v1.RoleBinding', { roleRef: { apiGroup: '', kind: 'Role', name: 'r' } }), {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
  });
  t.like(defaulted('flowcontrol.v1.FlowSchemaSpec', { matchingPrecedence: 0 }), { matchingPrecedence: 1000 });
});

test('defaults that are objects are not shared between the values they are set on', (t) => {
  const first = defaulted('core.v1.PodSpec', {});
  const second = defaulted('core.v1.PodSpec', {});
  t.deepEqual(first.securityContext, {});
  t.not(first.securityContext, second.securityContext);
});

test('images at latest are pulled always, all others if not present', (t) => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const tags: Record<string, string> = {
    show: 'latest',
    'show:latest': 'latest',
    'show:1': '1',
    'localhost:5000/show': 'latest',
    'example.com:80/show:2': '2',
    'Example.COM/show': 'latest',
    [`show@${digest}`]: '',
    [`show:latest@${digest}`]: 'latest',
    // No image references: upstream ignores the error and does not pull always.
    Show: '',
    'show:': '',
    'a//b': '',
    'show@sha256:abc': '',
    [digest.slice(7)]: '',
    '': '',
  };
  for (const [image, tag] of Object.entries(tags)) t.is(imageTag(image), tag, image);
  t.is(defaulted('core.v1.Container', { image: 'show' }).imagePullPolicy, 'Always');
  t.is(defaulted('core.v1.Container', { image: 'show:1' }).imagePullPolicy, 'IfNotPresent');
  t.deepEqual(defaulted('core.v1.Volume', { name: 'v', image: { reference: 'fonts' } }).image, {
    reference: 'fonts',
    pullPolicy: 'Always',
  });
});

test('a pod requests what it limits, in the order of the names', (t) => {
  const pod = {
    spec: { containers: [{ resources: { requests: { memory: '1Gi' }, limits: { memory: '2Gi', cpu: '1' } } }] },
  };
  t.is(
    JSON.stringify(defaulted('core.v1.Pod', pod).spec),
    '{"containers":[{"resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"memory":"2Gi","cpu":"1"}}}],"enableServiceLinks":true}',
  );
});

test('pod-level requests are what the containers need at once, else the pod-level limits', (t) => {
  const requests = (cpu: string) => ({ resources: { requests: { cpu } } });
  const spec = {
    resources: { limits: { cpu: '4', memory: '1Gi' } },
    initContainers: [requests('2'), { ...requests('500m'), restartPolicy: 'Always' }, requests('1')],
    containers: [requests('100m'), requests('200m')],
  };
  const pod = defaulted('core.v1.Pod', { spec });
  t.like(pod.spec, { resources: { limits: { cpu: '4', memory: '1Gi' }, requests: { cpu: '2', memory: '1Gi' } } });
});

test('pod-level limits of huge pages are the sum of the containers, unless the pod requests them', (t) => {
  const container = { resources: { limits: { 'hugepages-2Mi': '4Mi' } } };
  const pod = (requests: JsonObject) => ({ spec: { resources: { requests }, containers: [container, container] } });
  t.like(defaulted('core.v1.Pod', pod({ cpu: '1' })).spec, { resources: { limits: { 'hugepages-2Mi': '8Mi' } } });
  t.like(defaulted('core.v1.Pod', pod({ 'hugepages-2Mi': '2Mi' })).spec, { resources: { limits: undefined } });
});

test('host ports follow container ports in the network of the node', (t) => {
  const pod = {
    spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8 }] }] },
  };
  t.like(defaulted('core.v1.Pod', pod).spec, {
    containers: [{ ports: [{ hostPort: 80 }, { hostPort: 8 }] }],
  });
});

test('amounts are rounded up to the thousandth', (t) => {
  const limits = { a: '100u', b: '1n', c: '1.0000001', d: '250m', e: '1Gi', f: '-1500u', g: '1e-6' };
  t.deepEqual(defaulted('core.v1.ResourceRequirements', { limits }).limits, {
    a: '1m',
    b: '1m',
    c: '1001m',
    d: '250m',
    e: '1Gi',
    f: '-2m',
    g: '1e-3',
  });
});

test('a service gets what its type calls for', (t) => {
  const service = (spec: JsonObject) => defaulted('core.v1.Service', { spec, status: { loadBalancer: {} } }).spec;
  t.deepEqual(service({}), { sessionAffinity: 'None', type: 'ClusterIP', internalTrafficPolicy: 'Cluster' });
  t.deepEqual(service({ type: 'ExternalName' }), { sessionAffinity: 'None', type: 'ExternalName' });
  t.deepEqual(service({ type: 'NodePort' }), {
    sessionAffinity: 'None',
    type: 'NodePort',
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
  });
  t.like(service({ type: 'LoadBalancer' }), { allocateLoadBalancerNodePorts: true });
  t.like(service({ externalIPs: ['192.0.2.1'] }), { externalTrafficPolicy: 'Cluster' });
  t.like(service({ sessionAffinity: 'ClientIP' }), { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } });
  t.like(service({ sessionAffinityConfig: { clientIP: {} } }), { sessionAffinityConfig: undefined });
  t.deepEqual(defaulted('core.v1.ServicePort', { port: 80, targetPort: 0 }), {
    port: 80,
    targetPort: 80,
    protocol: 'TCP',
  });
  t.like(defaulted('core.v1.ServicePort', { port: 80, targetPort: 'http' }), { targetPort: 'http' });
});

test('a job counts one completion unless it says how many run in parallel', (t) => {
  const job = (spec: JsonObject) => defaulted('batch.v1.Job', { metadata: {}, spec }).spec;
  t.like(job({}), { completions: 1, parallelism: 1, backoffLimit: 6, podReplacementPolicy: 'TerminatingOrFailed' });
  t.like(job({ parallelism: 2 }), { completions: undefined, parallelism: 2 });
  t.like(job({ completions: 3, backoffLimitPerIndex: 0 }), { parallelism: 1, backoffLimit: 2_147_483_647 });
  t.like(job({ podFailurePolicy: { rules: [] } }), { podReplacementPolicy: 'Failed' });
});

test('labels and selector of a replication controller come from its template', (t) => {
  const template = { metadata: { labels: { app: 'posters' } } };
  const controller = defaulted('core.v1.ReplicationController', { metadata: {}, spec: { template } });
  t.deepEqual(controller.metadata, { labels: { app: 'posters' } });
  t.like(controller.spec, { selector: { app: 'posters' } });
});

test('scaling rules are filled where there is a behavior, and only there', (t) => {
  const spec = (value: JsonObject) => defaulted('autoscaling.v2.HorizontalPodAutoscalerSpec', value);
  t.is(spec({}).behavior, undefined);
  t.like(spec({}), { minReplicas: 1, metrics: [{ resource: { target: { averageUtilization: 80 } } }] });
  t.like(spec({ behavior: { scaleDown: { selectPolicy: 'Min' } } }).behavior, {
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max' },
    scaleDown: { stabilizationWindowSeconds: undefined, selectPolicy: 'Min' },
  });
});

test('container limits of a limit range become defaults, and defaults become requests', (t) => {
  const item = {
    type: 'Container',
    max: { cpu: '2', memory: '1Gi' },
    min: { cpu: '1', disk: '1' },
    default: { cpu: '1500m' },
  };
  t.like(defaulted('core.v1.LimitRangeItem', item), {
    default: { cpu: '1500m', memory: '1Gi' },
    defaultRequest: { cpu: '1500m', disk: '1', memory: '1Gi' },
  });
  t.is(defaulted('core.v1.LimitRangeItem', { ...item, type: 'Pod' }).defaultRequest, undefined);
});

test('a namespace is labelled with its name once it has one', (t) => {
  const labels = { 'kubernetes.io/metadata.name': 'stage' };
  t.deepEqual(defaulted('core.v1.Namespace', { metadata: { name: 'stage' } }).metadata, { name: 'stage', labels });
  t.deepEqual(defaulted('core.v1.Namespace', { metadata: { generateName: 's-' } }).metadata, { generateName: 's-' });
});

test('a custom resource definition derives its names and its stored version', (t) => {
  const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
  t.like(defaulted(`${extensions}.CustomResourceDefinitionSpec`, { names: { kind: 'Show' } }), {
    names: { singular: 'show', listKind: 'ShowList' },
    conversion: { strategy: 'None' },
  });
  const versions = [{ name: 'v1' }, { name: 'v2', storage: true }];
  t.deepEqual(
    defaulted(`${extensions}.CustomResourceDefinition`, { spec: { versions }, status: { storedVersions: null } })
      .status,
    {
      storedVersions: ['v2'],
    },
  );
});

test('device taints are stamped by the given clock, to the second', (t) => {
  const clock = { now: () => Date.UTC(2026, 2, 1, 12, 30, 15, 999), monotonic: () => 0, after: () => () => {} };
  t.is(defaulted('resource.v1.DeviceTaint', {}, createDefaulters(clock)).timeAdded, '2026-03-01T12:30:15Z');
});

test('hostile keys are entries like any other', (t) => {
  const limits = JSON.parse('{"__proto__":"1","constructor":"2"}') as JsonObject;
  const pod = defaulted('core.v1.Pod', { spec: { containers: [{ resources: { limits } }] } });
  t.is(
    JSON.stringify(pod),
    JSON.stringify({ spec: { containers: [{ resources: { limits, requests: limits } }], enableServiceLinks: true } }),
  );
});
