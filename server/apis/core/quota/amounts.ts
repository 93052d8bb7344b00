/** Arithmetic on amounts by resource name, as quotas count them. */
import type { JsonObject } from '../../../apimachinery/json.ts';
import { compareQuantities, quantitySign, subtractQuantities } from '../../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import { addTo, type Amounts } from '../v1/container-resources.ts';

export type { Amounts } from '../v1/container-resources.ts';
export type ReadonlyAmounts = ReadonlyMap<string, Quantity>;

export const one: Quantity = parseQuantity('1');
export const zero: Quantity = parseQuantity('0');

export function sumOf(a: ReadonlyAmounts, b: ReadonlyAmounts): Amounts {
  const sum = new Map(a);
  addTo(sum, new Map(b));
  return sum;
}

/** What `a` has more than `b`; never below zero. */
export function excessOf(a: ReadonlyAmounts, b: ReadonlyAmounts): Amounts {
  const excess: Amounts = new Map();
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const rest = subtractQuantities(a.get(name) ?? zero, b.get(name) ?? zero);
    excess.set(name, quantitySign(rest) > 0 ? rest : zero);
  }
  return excess;
}

export function only(amounts: ReadonlyAmounts, names: { has(name: string): boolean }): Amounts {
  return new Map([...amounts].filter(([name]) => names.has(name)));
}

export function withoutZeros(amounts: ReadonlyAmounts): Amounts {
  return new Map([...amounts].filter(([, quantity]) => quantitySign(quantity) !== 0));
}

/** Names of which there is more than `limits` allow. */
export function exceeding(amounts: ReadonlyAmounts, limits: ReadonlyAmounts): Set<string> {
  const exceeded = [...amounts].filter(([name, quantity]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantities(quantity, limit) > 0;
  });
  return new Set(exceeded.map(([name]) => name));
}

export function sameAmounts(a: ReadonlyAmounts, b: ReadonlyAmounts): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([name, quantity]) => {
    const other = b.get(name);
    return other !== undefined && compareQuantities(quantity, other) === 0;
  });
}

/** "cpu=1,pods=3", by name. */
export function formatAmounts(amounts: ReadonlyAmounts): string {
  const names = [...amounts.keys()].toSorted();
  return names.map((name) => `${name}=${formatQuantity(amounts.get(name) ?? zero)}`).join(',');
}

export function amountsToJson(amounts: ReadonlyAmounts): JsonObject {
  return Object.fromEntries([...amounts].map(([name, quantity]) => [name, formatQuantity(quantity)]));
}
