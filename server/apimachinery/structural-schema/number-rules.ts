/** Bounds and multiples of numbers, checked as upstream checks them: integers as integers, and bounds that do not fit the type named. */
import { isRawJson, type JsonValue, rawJson, type RawJson } from '../json.ts';
import { goFloat64 } from '../yaml/go-float.ts';
import type { Structural } from './structural.ts';
import type { ValidationResult } from './validation-result.ts';

const INT64 = 2 ** 63;
const BELOW_INT64 = 2 ** 63 - 2 ** 10;
const INT32 = 2 ** 31;

export function checkNumber(given: number | RawJson, schema: Structural, path: string, result: ValidationResult): void {
  const { rules, types } = schema;
  const type = types.length === 1 ? (types[0] ?? '') : '';
  const value = isRawJson(given) ? Number(given.rawJSON) : given;
  const isInteger = isRawJson(given) || Number.isInteger(value);
  const shown: JsonValue = isInteger ? given : rawJson(goFloat64(value));
  const fits = (number: number, what: string): boolean => {
    if (isInRange(number, type, rules.format)) return true;
    const form = rules.format === '' ? '(default format)' : `with format ${rules.format}`;
    const spaced = `of type ${type} ${form}`;
    result.add({ kind: 'whole', path, text: `${what} value must be ${spaced} in ${path}` });
    return false;
  };
  const refuse = (text: string): void => {
    result.add({ kind: 'invalid', path, text: `${path} in body should be ${text}`, value: shown });
  };
  const bound = (given: number, what: string): Bound => {
    const fitting = fits(given, what);
    return isInteger && fitting ? integerBound(given) : { limit: given, text: goFloat64(given) };
  };

  // As a double the largest int64 is one that is too large.
  fits(isRawJson(given) && isInt64(given) ? Math.min(value, BELOW_INT64) : value, 'Checked');
  if (rules.multipleOf !== undefined) {
    const { limit, text } = bound(rules.multipleOf, 'MultipleOf');
    if (limit <= 0) {
      const positive = `factor MultipleOf declared for ${path} must be positive: ${text}`;
      result.add({ kind: 'invalid', path, text: positive, value: rawJson(text) });
    } else if (!isMultiple(value, limit)) refuse(`a multiple of ${text}`);
  }
  if (rules.minimum !== undefined) {
    const { limit, text } = bound(rules.minimum, 'Minimum boundary');
    if (rules.exclusiveMinimum ? value <= limit : value < limit) {
      refuse(`greater than ${rules.exclusiveMinimum ? '' : 'or equal to '}${text}`);
    }
  }
  if (rules.maximum !== undefined) {
    const { limit, text } = bound(rules.maximum, 'Maximum boundary');
    if (rules.exclusiveMaximum ? value >= limit : value > limit) {
      refuse(`less than ${rules.exclusiveMaximum ? '' : 'or equal to '}${text}`);
    }
  }
}

/** A limit, and as messages show it. */
interface Bound {
  readonly limit: number;
  readonly text: string;
}

/** Bounds of an integer lose their fraction, and what no int64 holds becomes the least of them, as in Go on most machines. */
function integerBound(given: number): Bound {
  const whole = Math.trunc(given);
  const limit = whole >= -INT64 && whole < INT64 ? whole : -INT64;
  return { limit, text: String(BigInt(limit)) };
}

function isInt64({ rawJSON }: RawJson): boolean {
  return /^-?\d+$/.test(rawJSON) && BigInt.asIntN(64, BigInt(rawJSON)) === BigInt(rawJSON);
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
