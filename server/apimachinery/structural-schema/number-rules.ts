/** Bounds and multiples of numbers, checked as upstream checks them: integers as integers, and bounds that do not fit the type named. */
import { isRawJson, type JsonValue, type RawJson } from '../json.ts';
import type { Structural } from './structural.ts';
import type { ValidationResult } from './validation-result.ts';

const INT64 = 2 ** 63;
const INT32 = 2 ** 31;

export function checkNumber(given: number | RawJson, schema: Structural, path: string, result: ValidationResult): void {
  const { rules, types } = schema;
  const type = types.length === 1 ? (types[0] ?? '') : '';
  const value = isRawJson(given) ? Number(given.rawJSON) : given;
  const isInteger = isRawJson(given) || Number.isInteger(value);
  const shown: JsonValue = given;
  const checkRange = (number: number, what: string): void => {
    if (isInRange(number, type, rules.format)) return;
    const form = rules.format === '' ? '(default format)' : `with format ${rules.format}`;
    const spaced = `of type ${type} ${form}`;
    result.add({ kind: 'whole', path, text: `${what} value must be ${spaced} in ${path}` });
  };
  const refuse = (text: string): void => {
    result.add({ kind: 'invalid', path, text: `${path} in body should be ${text}`, value: shown });
  };
  // Bounds of an integer lose their fraction, as in Go.
  const bound = (limit: number): number => (isInteger ? Math.trunc(limit) : limit);

  checkRange(value, 'Checked');
  if (rules.multipleOf !== undefined) {
    checkRange(rules.multipleOf, 'MultipleOf');
    const factor = bound(rules.multipleOf);
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${path} must be positive: ${factor}`;
      result.add({ kind: 'invalid', path, text, value: factor });
    } else if (!isMultiple(value, factor)) refuse(`a multiple of ${factor}`);
  }
  if (rules.minimum !== undefined) {
    checkRange(rules.minimum, 'Minimum boundary');
    const limit = bound(rules.minimum);
    if (rules.exclusiveMinimum ? value <= limit : value < limit) {
      refuse(`greater than ${rules.exclusiveMinimum ? '' : 'or equal to '}${limit}`);
    }
  }
  if (rules.maximum !== undefined) {
    checkRange(rules.maximum, 'Maximum boundary');
    const limit = bound(rules.maximum);
    if (rules.exclusiveMaximum ? value >= limit : value > limit) {
      refuse(`less than ${rules.exclusiveMaximum ? '' : 'or equal to '}${limit}`);
    }
  }
}

function isInRange(value: number, type: string, format: string): boolean {
  if (type === 'integer') {
    const limit = format === 'int32' ? INT32 : INT64;
    return Number.isInteger(value) && value >= -limit && value < limit;
  }
  return type !== 'number' || format !== 'float' || Number.isFinite(Math.fround(value));
}

function isMultiple(value: number, factor: number): boolean {
  return isWhole(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Up to the error of a division of two doubles. */
function isWhole(value: number): boolean {
  const nearest = Math.round(value);
  const difference = Math.abs(value - nearest);
  return difference === 0 || difference / Math.max(Math.abs(value), Math.abs(nearest)) < 1e-9;
}
