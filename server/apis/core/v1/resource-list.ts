/** Rounding of resource amounts: core/v1 keeps them to the thousandth. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { roundQuantityUp } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity } from '../../../apimachinery/quantity/quantity.ts';
import type { Defaulter } from '../../defaulting.ts';

const MILLI = -3;
/** Canonical texts that may be finer than a thousandth: 1n, 1u, 1e-6, 1.000001. */
const MAYBE_FINE = /[nu.]|e-/i;

/** Rounds the amounts in the named resource lists away from zero to the thousandth ("100u" becomes "1m"). */
export function roundUpToMilli(...fields: readonly string[]): Defaulter {
  return (value) => {
    for (const field of fields) {
      const list = value[field];
      if (isJsonObject(list)) roundUpList(list);
    }
  };
}

function roundUpList(list: JsonObject): void {
  for (const name of Object.keys(list)) {
    const text = list[name];
    if (typeof text !== 'string' || !MAYBE_FINE.test(text)) continue;
    const quantity = parseQuantity(text);
    if (quantity.exponent < MILLI) list[name] = formatQuantity(roundQuantityUp(quantity, MILLI));
  }
}
