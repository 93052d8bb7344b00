/** Conditions of a CustomResourceDefinition, and the finalizer that waits for its objects. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';

export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export function findCondition(definition: KubeObject, type: string): JsonObject | undefined {
  return asObjects(asObject(definition.status).conditions).find((condition) => condition.type === type);
}

export function isConditionTrue(definition: KubeObject, type: string): boolean {
  return findCondition(definition, type)?.status === 'True';
}

/** In place; the time moves only with the status. `now` is an RFC 3339 time. */
export function setCondition(definition: KubeObject, condition: Condition, now: string): void {
  const status = asObject(definition.status);
  const conditions = asObjects(status.conditions);
  const { type, reason, message } = condition;
  const old = conditions.find((one) => one.type === type);
  const isKept = old?.status === condition.status && asText(old.lastTransitionTime) !== '';
  const lastTransitionTime = isKept ? old.lastTransitionTime : now;
  const next: JsonObject = { type, status: condition.status, lastTransitionTime, reason, message };
  // What else an old one holds (observedGeneration) stays.
  const others = { ...old, ...next };
  definition.status = {
    ...status,
    conditions: old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? others : one)),
  };
}

export function removeCondition(definition: KubeObject, type: string): void {
  const status = asObject(definition.status);
  const conditions = asObjects(status.conditions);
  if (conditions.some((one) => one.type === type)) {
    definition.status = { ...status, conditions: conditions.filter((one) => one.type !== type) };
  }
}
