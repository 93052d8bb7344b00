/** Taints of nodes and the tolerations of pods. */
import { duplicate, invalid, invalidTyped, notSupportedInOrder } from '../../../apimachinery/errors/field-error.ts';
import { asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { isLabelValue, validateLabelName } from '../../../apimachinery/validation/labels.ts';
import { checkEach, checkListed, checkRequiredListed, type Errors } from '../../validation/checks.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export function checkTolerations(list: JsonValue | undefined, path: string, errors: Errors): void {
  checkEach(list, path, (toleration, itemPath) => checkToleration(toleration, itemPath, errors));
}

function checkToleration(toleration: JsonObject, path: string, errors: Errors): void {
  const key = asText(toleration.key);
  const operator = asText(toleration.operator);
  const value = asText(toleration.value);
  const effect = asText(toleration.effect);
  if (key !== '') errors.push(...validateLabelName(key, `${path}.key`));
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidTyped(`${path}.operator`, operator, detail));
  }
  if (isSet(toleration.tolerationSeconds) && effect !== 'NoExecute') {
    errors.push(invalidTyped(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === '' || operator === 'Equal') {
    const complaints = isLabelValue(value);
    if (complaints.length > 0) errors.push(invalid(`${path}.operator`, value, complaints.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '')
      errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else if (operator === 'Lt' || operator === 'Gt') {
    errors.push(notSupportedInOrder(`${path}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
  } else {
    errors.push(notSupportedInOrder(`${path}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect !== '') checkListed(effect, effects, `${path}.effect`, errors);
}

export function checkTaints(list: JsonValue | undefined, path: string, errors: Errors): void {
  const seen = new Set<string>();
  checkEach(list, path, (taint, itemPath) => {
    const key = asText(taint.key);
    const value = asText(taint.value);
    errors.push(...validateLabelName(key, `${itemPath}.key`));
    const complaints = isLabelValue(value);
    if (complaints.length > 0) errors.push(invalid(`${itemPath}.value`, value, complaints.join(';')));
    checkRequiredListed(taint.effect, effects, `${itemPath}.effect`, errors);
    const pair = `${asText(taint.effect)}/${key}`;
    if (seen.has(pair)) {
      const shown = { Key: key, Value: value, Effect: asText(taint.effect), TimeAdded: taint.timeAdded ?? null };
      const error = duplicate(itemPath, shown);
      errors.push({ ...error, message: `${error.message}: taints must be unique by key and effect pair` });
    }
    seen.add(pair);
  });
}
