/** How pods are to be spread over topologies. */
import { duplicate, invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObjects, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonValue } from '../../../apimachinery/json.ts';
import { validateLabelSelector } from '../../../apimachinery/validation/labels.ts';
import { checkEach, checkOneOf, checkPositive, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkMatchLabelKeys } from './affinity.ts';

const actions = ['DoNotSchedule', 'ScheduleAnyway'] as const;
const inclusionPolicies = ['Honor', 'Ignore'] as const;

export function checkTopologySpread(list: JsonValue | undefined, path: string, errors: Errors): void {
  const constraints = asObjects(list);
  checkEach(list, path, (constraint, itemPath, index) => {
    checkPositive(constraint.maxSkew, `${itemPath}.maxSkew`, errors);
    checkRequired(constraint.topologyKey, `${itemPath}.topologyKey`, errors, 'can not be empty');
    const key = asText(constraint.topologyKey);
    const action = asText(constraint.whenUnsatisfiable);
    checkOneOf(action, actions, `${itemPath}.whenUnsatisfiable`, errors);
    const later = constraints.slice(index + 1);
    if (later.some((other) => asText(other.topologyKey) === key && asText(other.whenUnsatisfiable) === action)) {
      errors.push(duplicate(`${itemPath}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${action}}`));
    }
    if (isSet(constraint.minDomains)) {
      checkPositive(constraint.minDomains, `${itemPath}.minDomains`, errors);
      if (action !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
        errors.push(invalid(`${itemPath}.minDomains`, constraint.minDomains, detail));
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      if (isSet(constraint[field])) checkOneOf(constraint[field], inclusionPolicies, `${itemPath}.${field}`, errors);
    }
    checkMatchLabelKeys({ ...constraint, mismatchLabelKeys: null }, itemPath, errors);
    errors.push(...validateLabelSelector(constraint.labelSelector, `${itemPath}.labelSelector`));
  });
}
