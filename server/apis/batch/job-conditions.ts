/** Questions to the conditions of a job's status. */
import { asObjects } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

export function isConditionTrue(status: JsonObject, type: JobConditionType): boolean {
  return hasCondition(status, type, 'True');
}

export function isConditionFalse(status: JsonObject, type: JobConditionType): boolean {
  return hasCondition(status, type, 'False');
}

export function isJobFinished(status: JsonObject): boolean {
  return isConditionTrue(status, 'Complete') || isConditionTrue(status, 'Failed');
}

function hasCondition(status: JsonObject, type: JobConditionType, value: string): boolean {
  return asObjects(status.conditions).some((condition) => condition.type === type && condition.status === value);
}
