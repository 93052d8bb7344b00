import test from 'ava';
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import { reasonOf } from '../../server/client/client.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import {
  customResourceDefinitions,
  deployments,
  horizontalPodAutoscalers,
  pods,
} from '../../server/client/resource-types.ts';
import { type ClusterUnderTest, clusterUnderTest, eventually, find } from './cluster-under-test.ts';

let cluster: ClusterUnderTest;
test.before(async () => {
  cluster = await clusterUnderTest();
});
test.after.always(() => cluster?.stop());

const podMetrics: ResourceType<KubeObject> = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  resource: 'pods',
  kind: 'PodMetrics',
  namespaced: true,
};

/** The figures are objects that the test writes. */
async function serveMetrics(): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const definition = {
    metadata: { name: 'pods.metrics.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, testing' } },
    spec: {
      group: 'metrics.k8s.io',
      scope: 'Namespaced',
      names: { plural: 'pods', singular: 'pod', kind: 'PodMetrics', listKind: 'PodMetricsList' },
      versions: [{ name: 'v1beta1', served: true, storage: true, schema }],
    },
  };
  await cluster.client
    .of(customResourceDefinitions)
    .create(definition as never)
    .catch((error: unknown) => {
      if (reasonOf(error) !== 'AlreadyExists') throw error;
    });
  await eventually(async () => {
    const found = await find(cluster.client, customResourceDefinitions, { name: 'pods.metrics.k8s.io' });
    return found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  });
}

test('a deployment that works too hard gets more replicas, as many as the figures call for', async (t) => {
  const { client } = cluster;
  await serveMetrics();
  const namespace = await cluster.namespace('autoscaled');
  const labels = { app: 'web' };
  const containers = [{ name: 'main', image: 'image', resources: { requests: { cpu: '100m' } } }];
  await client.of(deployments).create({
    metadata: { name: 'web', namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  const [pod] = await eventually(async () => {
    const { items } = await client.of(pods).list({ namespace });
    return items.length === 1 && items;
  });
  const name = pod?.metadata.name ?? '';
  const long = '2020-01-01T00:00:00Z';
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: long }];
  await client
    .of(pods)
    .patch(name, { status: { phase: 'Running', startTime: long, conditions } }, { namespace, subresource: 'status' });
  const figures = {
    timestamp: new Date().toISOString(),
    window: '30s',
    containers: [{ name: 'main', usage: { cpu: '300m', memory: '1Mi' } }],
  };
  await client.of(podMetrics).create({
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: { name, namespace, labels },
    ...figures,
  });
  await client.of(horizontalPodAutoscalers).create({
    metadata: { name: 'web', namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 100 } } },
      ],
    },
  });
  await eventually(async () => (await find(client, deployments, { name: 'web', namespace }))?.spec?.replicas === 3);
  const autoscaler = await eventually(async () => {
    const found = await find(client, horizontalPodAutoscalers, { name: 'web', namespace });
    return found?.status?.desiredReplicas === 3 && found;
  });
  const conditionOf = (type: string) => autoscaler.status?.conditions?.find((condition) => condition.type === type);
  t.like(conditionOf('ScalingActive'), { status: 'True', reason: 'ValidMetricFound' });
  t.like(conditionOf('AbleToScale'), { status: 'True', reason: 'SucceededRescale' });
  t.is(autoscaler.status?.currentMetrics?.[0]?.resource?.current.averageUtilization, 300);
});
