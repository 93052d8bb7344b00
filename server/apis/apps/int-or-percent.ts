/** Fields that are a number or a percentage ("25%"). */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asNumber } from '../../apimachinery/json-access.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import { isPercent } from '../../apimachinery/validation/names.ts';
import { checkNonNegative, checkTypedComplaints, type Errors } from '../validation/checks.ts';

export function checkIntOrPercent(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (typeof value === 'string') checkTypedComplaints(value, isPercent(value), path, errors);
  else checkNonNegative(value, path, errors);
}

export function checkAtMostAll(value: JsonValue | undefined, path: string, errors: Errors): void {
  const percent = percentOf(value);
  if (percent !== undefined && percent > 100) errors.push(invalid(path, value, 'must not be greater than 100%'));
}

/** The number, or the number of percent: only whether it is zero means anything. */
export function intOrPercentAmount(value: JsonValue | undefined): number {
  if (typeof value !== 'string') return asNumber(value);
  // Go reads a text that is no percentage as a number.
  return percentOf(value) ?? (/^[+-]?[0-9]+$/.test(value) ? Number(value) : 0);
}

function percentOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' && isPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;
}
