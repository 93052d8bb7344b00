/** One condition of a label selector: a key, an operator and its values, checked when made. */
import { type FieldError, formatBadValue, invalid, notSupported } from '../errors/field-error.ts';
import { newBadRequest } from '../errors/status-error.ts';
import type { JsonValue } from '../json.ts';
import { isLabelKey, isLabelValue } from '../validation/labels.ts';

/** Upstream's spelling of the operators, which is also how errors list them. */
export const BINARY_OPERATORS = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'] as const;
const UNARY_OPERATORS = ['exists', '!'] as const;
export type LabelOperator = (typeof BINARY_OPERATORS)[number] | (typeof UNARY_OPERATORS)[number];

/** Labels of an object, straight from JSON: inherited properties never count, since their values are no strings. */
export type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** In the order given; sorted by the parser. */
  readonly values: readonly string[];
}

/** Checks and makes a requirement; throws a 400 whose message lists every fault. */
export function newRequirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const errors: FieldError[] = [];
  const keyComplaints = isLabelKey(key);
  if (keyComplaints.length > 0) errors.push(invalid('key', key, keyComplaints.join('; ')));
  const shown = (values.length === 0 ? null : [...values]) as JsonValue;
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) {
        errors.push(invalid('values', shown, "for 'in', 'notin' operators, values set can't be empty"));
      }
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1)
        errors.push(invalid('values', shown, 'exact-match compatibility requires one single value'));
      break;
    case 'exists':
    case '!':
      if (values.length > 0) {
        errors.push(invalid('values', shown, 'values set must be empty for exists and does not exist'));
      }
      break;
    case 'gt':
    case 'lt':
      if (values.length !== 1) {
        errors.push(invalid('values', shown, "for 'Gt', 'Lt' operators, exactly one value is required"));
      }
      values.forEach((value, index) => {
        if (parseInt64(value) === undefined) {
          errors.push(invalid(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
        }
      });
      break;
    default:
      errors.push(notSupported('operator', operator, [...BINARY_OPERATORS, ...UNARY_OPERATORS]));
  }
  values.forEach((value, index) => {
    const complaints = isLabelValue(value);
    if (complaints.length > 0) errors.push(invalid(`values[${index}][${key}]`, value, complaints.join('; ')));
  });
  if (errors.length > 0) throw newBadRequest(aggregate(errors));
  return { key, operator, values };
}

function aggregate(errors: readonly FieldError[]): string {
  const lines = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  return lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`;
}

/** The parser's own complaint about a key; it has no field path, which upstream prints as "<nil>". */
export function invalidKeyMessage(key: string, complaints: readonly string[]): string {
  return `<nil>: Invalid value: ${formatBadValue(key)}: ${complaints.join('; ')}`;
}

export function requirementMatches(requirement: LabelRequirement, labels: Labels): boolean {
  const value: unknown = labels[requirement.key];
  const present = typeof value === 'string';
  const { values } = requirement;
  switch (requirement.operator) {
    case '=':
    case '==':
      return value === values[0];
    case 'in':
      return present && values.includes(value);
    case '!=':
      return value !== values[0];
    case 'notin':
      return !present || !values.includes(value);
    case 'exists':
      return present;
    case '!':
      return !present;
    default: {
      const actual = present ? parseInt64(value) : undefined;
      const bound = parseInt64(values[0] ?? '');
      if (actual === undefined || bound === undefined) return false;
      return requirement.operator === 'gt' ? actual > bound : actual < bound;
    }
  }
}

export function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.toSorted().join(',')})`;
    case 'gt':
      return `${key}>${values.join(',')}`;
    case 'lt':
      return `${key}<${values.join(',')}`;
    default:
      return `${key}${operator}${values.join(',')}`;
  }
}

export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]{1,64}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
