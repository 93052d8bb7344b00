/**
 * autoscaling/v1 ↔ v2 of HorizontalPodAutoscaler. v1 has only a CPU target: what v2 has beyond it travels in annotations of
 * the v1 object, whose names and JSON shapes clients know.
 */
import { asList, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { behaviorFromAnnotation, behaviorToAnnotation } from './behavior-annotation.ts';
import {
  compact,
  metricSpecFromV1,
  metricSpecToV1,
  metricStatusFromV1,
  metricStatusToV1,
} from './metric-conversion.ts';

const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';
const currentMetricsAnnotation = 'autoscaling.alpha.kubernetes.io/current-metrics';
const conditionsAnnotation = 'autoscaling.alpha.kubernetes.io/conditions';
const behaviorAnnotation = 'autoscaling.alpha.kubernetes.io/behavior';

const roundTripAnnotations: ReadonlySet<string> = new Set([
  metricsAnnotation,
  currentMetricsAnnotation,
  conditionsAnnotation,
  behaviorAnnotation,
  'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
]);
/** Percent of the request, where a v1 object names no metric at all. */
const defaultCpuUtilization = 80;

/** v2 → v1. */
export function toV1(object: KubeObject): KubeObject {
  const spec = asObject(object.spec);
  const status = asObject(object.status);
  const metrics = asObjects(spec.metrics);
  const currentMetrics = asObjects(status.currentMetrics);
  const conditions = asObjects(status.conditions);

  const added: [string, JsonValue][] = [];
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  if (others.length > 0) added.push([metricsAnnotation, others.map(metricSpecToV1)]);
  // Status keeps the CPU metric too: the raw value has no place in v1.
  if (currentMetrics.length > 0) added.push([currentMetricsAnnotation, currentMetrics.map(metricStatusToV1)]);
  if (isJsonObject(spec.behavior)) added.push([behaviorAnnotation, behaviorToAnnotation(spec.behavior)]);
  if (conditions.length > 0) added.push([conditionsAnnotation, conditions.map(conditionToJson)]);

  const cpu = metrics.find(isCpuUtilization);
  const currentCpu = currentMetrics.filter(isCpu).map((metric) => currentUtilization(metric));
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object, added),
    spec: compact({
      scaleTargetRef: spec.scaleTargetRef ?? {},
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas ?? 0,
      targetCPUUtilizationPercentage: cpu === undefined ? undefined : targetUtilization(cpu),
    }),
    status: compact({
      observedGeneration: status.observedGeneration,
      lastScaleTime: status.lastScaleTime,
      currentReplicas: status.currentReplicas ?? 0,
      desiredReplicas: status.desiredReplicas ?? 0,
      currentCPUUtilizationPercentage: currentCpu.findLast(isSet),
    }),
  };
}

/** v1 → v2. */
export function fromV1(object: KubeObject): KubeObject {
  const spec = asObject(object.spec);
  const status = asObject(object.status);
  const annotations = asObject(object.metadata.annotations);

  const metrics: JsonObject[] = listIn(annotations, metricsAnnotation).map(metricSpecFromV1);
  if (isSet(spec.targetCPUUtilizationPercentage)) metrics.push(cpuTarget(spec.targetCPUUtilizationPercentage));
  if (metrics.length === 0) metrics.push(cpuTarget(defaultCpuUtilization));

  let currentMetrics: JsonObject[] | null = null;
  if (isSet(status.currentCPUUtilizationPercentage)) {
    const current = { averageUtilization: status.currentCPUUtilizationPercentage };
    currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current } }];
  }
  // The annotation knows more than the one number.
  if (Object.hasOwn(annotations, currentMetricsAnnotation)) {
    currentMetrics = listIn(annotations, currentMetricsAnnotation).map(metricStatusFromV1);
  }
  const conditions = listIn(annotations, conditionsAnnotation);
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object, []),
    spec: compact({
      scaleTargetRef: spec.scaleTargetRef ?? {},
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas ?? 0,
      metrics,
      behavior: behaviorFromAnnotation(parsed(annotations[behaviorAnnotation])),
    }),
    status: compact({
      observedGeneration: status.observedGeneration,
      lastScaleTime: status.lastScaleTime,
      currentReplicas: status.currentReplicas === 0 ? undefined : status.currentReplicas,
      desiredReplicas: status.desiredReplicas ?? 0,
      currentMetrics,
      conditions: conditions.length > 0 ? conditions : undefined,
    }),
  };
}

function isCpu(metric: JsonObject): boolean {
  return metric.type === 'Resource' && asText(asObject(metric.resource).name) === 'cpu';
}

function isCpuUtilization(metric: JsonObject): boolean {
  return isCpu(metric) && isSet(targetUtilization(metric));
}

function targetUtilization(metric: JsonObject): JsonValue | undefined {
  return asObject(asObject(metric.resource).target).averageUtilization;
}

function currentUtilization(metric: JsonObject): JsonValue | undefined {
  return asObject(asObject(metric.resource).current).averageUtilization;
}

function cpuTarget(averageUtilization: JsonValue): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function conditionToJson(condition: JsonObject): JsonObject {
  const { type = '', status = '', lastTransitionTime = null, reason, message } = condition;
  return compact({ type, status, lastTransitionTime, reason, message });
}

function withAnnotations(object: KubeObject, added: readonly [string, JsonValue][]): KubeObject['metadata'] {
  const present = object.metadata.annotations;
  const hasOld = present !== undefined && Object.keys(present).some((key) => roundTripAnnotations.has(key));
  if (!hasOld && added.length === 0) return object.metadata;
  const entries = Object.entries(present ?? {}).filter(([key]) => !roundTripAnnotations.has(key));
  for (const [key, value] of added) entries.push([key, JSON.stringify(value)]);
  const { annotations: _annotations, ...metadata } = object.metadata;
  if (entries.length === 0) return metadata;
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...metadata, annotations: Object.fromEntries(entries) };
}

function listIn(annotations: JsonObject, key: string): JsonObject[] {
  return asList(parsed(annotations[key])).filter(isJsonObject);
}

/** Annotations are the client's text: what is not JSON counts as absent. */
function parsed(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
