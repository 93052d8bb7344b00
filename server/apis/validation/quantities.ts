/** Quantities in fields. */
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { asObject } from '../../apimachinery/json-access.ts';
import { type JsonValue, rawJson } from '../../apimachinery/json.ts';
import { quantitySign, wrappedValue } from '../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../apimachinery/quantity/quantity.ts';
import { type Errors, NEGATIVE_MESSAGE, NOT_POSITIVE_MESSAGE } from './checks.ts';

export const ZERO_QUANTITY: Quantity = parseQuantity('0');

/** What is not a quantity (the decoder refuses those) counts as zero. */
export function quantityOf(value: JsonValue | undefined): Quantity {
  if (typeof value !== 'string' && typeof value !== 'number') return ZERO_QUANTITY;
  try {
    return parseQuantity(String(value));
  } catch {
    return ZERO_QUANTITY;
  }
}

/** A map of quantities by resource name. */
export function quantityEntries(list: JsonValue | undefined): readonly (readonly [string, Quantity])[] {
  return Object.entries(asObject(list)).map(([name, value]) => [name, quantityOf(value)] as const);
}

export function checkNonNegativeQuantity(quantity: Quantity, path: string, errors: Errors): void {
  if (quantitySign(quantity) < 0) errors.push(invalid(path, formatQuantity(quantity), NEGATIVE_MESSAGE));
}

/** Of its lowest 64 bits, as whole numbers: upstream looks no further. */
export function checkBasicQuantity(quantity: Quantity, path: string, errors: Errors): void {
  const amount = wrappedValue(quantity, 0);
  if (amount < 0n) errors.push(invalid(path, rawJson(String(amount)), 'must be a valid resource quantity'));
}

export function checkPositiveQuantity(quantity: Quantity, path: string, errors: Errors): void {
  if (quantitySign(quantity) <= 0) errors.push(invalid(path, formatQuantity(quantity), NOT_POSITIVE_MESSAGE));
}
