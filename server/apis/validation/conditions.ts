/** metav1.Conditions in a status. */
import { duplicate, invalid, notSupported, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { validateLabelName } from '../../apimachinery/validation/labels.ts';
import { regexMessage } from '../../apimachinery/validation/message.ts';
import { checkEach, type Errors } from './checks.ts';

const statuses = ['False', 'True', 'Unknown'] as const;
const MAX_REASON_LENGTH = 1024;
const MAX_MESSAGE_LENGTH = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${REASON}$`);
const reasonMessage = regexMessage(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

export function checkConditions(conditions: JsonValue | undefined, path: string, errors: Errors): void {
  const types = new Set<string>();
  checkEach(conditions, path, (condition, itemPath) => {
    const type = asText(condition.type);
    if (types.has(type)) errors.push(duplicate(`${itemPath}.type`, type));
    types.add(type);
    checkCondition(condition, itemPath, errors);
  });
}

export function checkCondition(condition: JsonObject, path: string, errors: Errors): void {
  errors.push(...validateLabelName(asText(condition.type), `${path}.type`));
  const status = asText(condition.status);
  if (!statuses.some((known) => known === status)) errors.push(notSupported(`${path}.status`, status, statuses));
  if (asNumber(condition.observedGeneration) < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(`${path}.observedGeneration`, condition.observedGeneration, detail));
  }
  if (!isSet(condition.lastTransitionTime)) errors.push(required(`${path}.lastTransitionTime`));
  const reason = asText(condition.reason);
  if (reason === '') errors.push(required(`${path}.reason`));
  else {
    if (!reasonPattern.test(reason)) errors.push(invalid(`${path}.reason`, reason, reasonMessage));
    if (Buffer.byteLength(reason) > MAX_REASON_LENGTH) errors.push(tooLong(`${path}.reason`, MAX_REASON_LENGTH));
  }
  if (Buffer.byteLength(asText(condition.message)) > MAX_MESSAGE_LENGTH) {
    errors.push(tooLong(`${path}.message`, MAX_MESSAGE_LENGTH));
  }
}
