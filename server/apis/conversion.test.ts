import test from 'ava';
import type { JsonObject } from '../apimachinery/json.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import { fromCoreEvent, toCoreEvent } from './events/conversion.ts';
import { claimFromV1, claimToV1, sliceFromV1, sliceToV1 } from './resource/conversion.ts';
import { toV1, fromV1 } from './autoscaling/conversion.ts';

const target = { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' };
const behavior = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }],
  },
  scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
};
const metrics = [
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
  {
    type: 'External',
    external: { metric: { name: 'q', selector: { matchLabels: { a: 'b' } } }, target: { type: 'Value', value: '30' } },
  },
  {
    type: 'Object',
    object: {
      describedObject: { kind: 'Ingress', name: 'i' },
      metric: { name: 'r' },
      target: { type: 'Value', value: '2k' },
    },
  },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 7 } },
  },
];

function v2(spec: JsonObject, rest: JsonObject = {}): KubeObject {
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: { name: 'a' },
    spec: { scaleTargetRef: target, minReplicas: 2, maxReplicas: 5, ...spec },
    ...rest,
  };
}

test('what autoscaling/v1 has no field for travels in annotations, in the JSON that kube-apiserver writes', (t) => {
  const v1 = toV1(v2({ metrics, behavior }));
  t.deepEqual(v1.spec, { scaleTargetRef: target, minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
  t.deepEqual(v1.metadata.annotations, {
    'autoscaling.alpha.kubernetes.io/behavior':
      '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":3,"PeriodSeconds":60}],"Tolerance":null},"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}}',
    'autoscaling.alpha.kubernetes.io/metrics':
      '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},{"type":"External","external":{"metricName":"q","metricSelector":{"matchLabels":{"a":"b"}},"targetValue":"30"}},{"type":"Object","object":{"target":{"kind":"Ingress","name":"i"},"metricName":"r","targetValue":"2k"}},{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":7,"container":"c"}}]',
  });
});

test('an autoscaler comes back from autoscaling/v1 as it went, but for the order of its metrics', (t) => {
  const back = fromV1(toV1(v2({ metrics, behavior })));
  const spec = back.spec as JsonObject;
  t.deepEqual(spec.behavior, behavior);
  const byName = (list: readonly JsonObject[]): JsonObject[] =>
    [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  t.deepEqual(byName(spec.metrics as JsonObject[]), byName(metrics));
  t.is(back.metadata.annotations, undefined);
});

test('annotations that no conversion made are left alone', (t) => {
  const metadata = { name: 'a', annotations: { mine: 'x' } };
  const there = toV1({ ...v2({ behavior }), metadata });
  t.is(there.metadata.annotations?.mine, 'x');
  t.deepEqual(fromV1(there).metadata.annotations, { mine: 'x' });
  t.deepEqual(metadata, { name: 'a', annotations: { mine: 'x' } });
});

test('an annotation that is not JSON costs its metrics, not the object', (t) => {
  const broken = toV1(v2({ metrics }));
  broken.metadata.annotations = {
    'autoscaling.alpha.kubernetes.io/metrics': '{',
    'autoscaling.alpha.kubernetes.io/behavior': '7',
  };
  t.notThrows(() => fromV1(broken));
});

test('both groups of events are views of one object', (t) => {
  const core: KubeObject = {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: 'e', namespace: 'n' },
    involvedObject: { kind: 'Pod', name: 'p' },
    reason: 'R',
    message: 'M',
    source: { component: 'c' },
    firstTimestamp: '2024-01-01T00:00:00Z',
    lastTimestamp: '2024-01-02T00:00:00Z',
    count: 3,
    type: 'Normal',
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  };
  const event = fromCoreEvent(core);
  t.deepEqual(event, {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: { name: 'e', namespace: 'n' },
    regarding: { kind: 'Pod', name: 'p' },
    reason: 'R',
    note: 'M',
    deprecatedSource: { component: 'c' },
    deprecatedFirstTimestamp: '2024-01-01T00:00:00Z',
    deprecatedLastTimestamp: '2024-01-02T00:00:00Z',
    deprecatedCount: 3,
    type: 'Normal',
    eventTime: null,
  });
  t.deepEqual(toCoreEvent(event), core);
  t.is(JSON.stringify(toCoreEvent(event)), JSON.stringify(core));
});

test('an event is written in the order of its version', (t) => {
  const event = { eventTime: null, reportingController: 'c', reason: 'r', regarding: {}, note: 'n', type: 'Normal' };
  const core = toCoreEvent({ kind: 'Event', apiVersion: 'events.k8s.io/v1', metadata: {}, ...event });
  const shown = Object.keys(fromCoreEvent(core)).filter((field) => Object.hasOwn(event, field));
  t.deepEqual(shown, Object.keys(event));
});

test('requests for devices have their exact form inside in v1, and on the outside in v1beta1', (t) => {
  const claim: KubeObject = {
    kind: 'ResourceClaim',
    apiVersion: 'resource.k8s.io/v1beta1',
    metadata: { name: 'c' },
    spec: {
      devices: {
        requests: [
          { name: 'one', deviceClassName: 'd', allocationMode: 'ExactCount', count: 2 },
          { name: 'any', deviceClassName: '', firstAvailable: [{ name: 'x', deviceClassName: 'd' }] },
        ],
      },
    },
  };
  const v1 = claimToV1(claim);
  t.deepEqual(v1.spec, {
    devices: {
      requests: [
        { name: 'one', exactly: { deviceClassName: 'd', allocationMode: 'ExactCount', count: 2 } },
        { name: 'any', firstAvailable: [{ name: 'x', deviceClassName: 'd' }] },
      ],
    },
  });
  t.deepEqual(claimFromV1(v1), claim);
});

test('devices of v1beta1 keep all but their name in `basic`', (t) => {
  const slice: KubeObject = {
    kind: 'ResourceSlice',
    apiVersion: 'resource.k8s.io/v1beta1',
    metadata: { name: 's' },
    spec: { driver: 'd', devices: [{ name: 'x', basic: { attributes: { a: { int: 1 } } } }] },
  };
  const v1 = sliceToV1(slice);
  t.deepEqual((v1.spec as JsonObject).devices, [{ name: 'x', attributes: { a: { int: 1 } } }]);
  t.deepEqual(sliceFromV1(v1), slice);
});
