/** The scaling behaviour as v1's annotation holds it: JSON with the Go names of the fields (upstream writes an untagged struct). */
import { asNumber, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { compact } from './metric-conversion.ts';

export function behaviorToAnnotation(behavior: JsonObject): JsonObject {
  return { ScaleUp: rulesToAnnotation(behavior.scaleUp), ScaleDown: rulesToAnnotation(behavior.scaleDown) };
}

export function behaviorFromAnnotation(value: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const fields = lowerCased(value);
  const scaleUp = rulesFromAnnotation(fields.get('scaleup'));
  const scaleDown = rulesFromAnnotation(fields.get('scaledown'));
  return scaleUp === undefined && scaleDown === undefined ? undefined : compact({ scaleUp, scaleDown });
}

function rulesToAnnotation(rules: JsonValue | undefined): JsonValue {
  if (!isJsonObject(rules)) return null;
  const policies = asObjects(rules.policies).map((policy) => ({
    Type: asText(policy.type),
    Value: asNumber(policy.value),
    PeriodSeconds: asNumber(policy.periodSeconds),
  }));
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies: isSet(rules.policies) ? policies : null,
    Tolerance: rules.tolerance ?? null,
  };
}

function rulesFromAnnotation(value: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const fields = lowerCased(value);
  const policies = asObjects(fields.get('policies')).map((policy) => {
    const parts = lowerCased(policy);
    return {
      type: asText(parts.get('type')),
      value: asNumber(parts.get('value')),
      periodSeconds: asNumber(parts.get('periodseconds')),
    };
  });
  return compact({
    stabilizationWindowSeconds: fields.get('stabilizationwindowseconds'),
    selectPolicy: fields.get('selectpolicy'),
    policies: policies.length > 0 ? policies : undefined,
    tolerance: fields.get('tolerance'),
  });
}

/** Go matches field names without regard to case. */
function lowerCased(object: JsonObject): Map<string, JsonValue | undefined> {
  return new Map(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value] as const));
}
