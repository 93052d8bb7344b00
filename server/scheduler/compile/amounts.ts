/** Amounts of resources as integers, once for each text that names one. */
import type { Resources } from '../../../backends/scheduler/interface.ts';
import { quantityMilliValue, quantityValue } from '../../apimachinery/quantity/arithmetic.ts';
import { parseQuantity } from '../../apimachinery/quantity/quantity.ts';
import { AMOUNTS_KNOWN } from '../limits.ts';

type ResourceList = Readonly<Record<string, string>>;

const known = new Map<string, { readonly whole: number; readonly milli: number }>();

function amount(text: string): { readonly whole: number; readonly milli: number } {
  let found = known.get(text);
  if (found === undefined) {
    const quantity = parseQuantity(text);
    found = { whole: Number(quantityValue(quantity)), milli: Number(quantityMilliValue(quantity)) };
    if (known.size >= AMOUNTS_KNOWN) known.clear();
    known.set(text, found);
  }
  return found;
}

export const noScalars: ReadonlyMap<string, number> = new Map();
export const noResources: Resources = Object.freeze({ cpu: 0, memory: 0, ephemeralStorage: 0, scalars: noScalars });

export function resourcesOf(list: ResourceList = {}): Resources {
  let [cpu, memory, ephemeralStorage] = [0, 0, 0];
  let scalars: Map<string, number> | undefined;
  for (const name in list) {
    const { whole, milli } = amount(list[name] ?? '0');
    if (name === 'cpu') cpu = milli;
    else if (name === 'memory') memory = whole;
    else if (name === 'ephemeral-storage') ephemeralStorage = whole;
    else if (name !== 'pods' && whole !== 0) (scalars ??= new Map()).set(name, whole);
  }
  return { cpu, memory, ephemeralStorage, scalars: scalars ?? noScalars };
}

export function wholeAmount(text: string | undefined): number {
  return text === undefined ? 0 : amount(text).whole;
}

function joined(a: Resources, b: Resources, join: (x: number, y: number) => number): Resources {
  let { scalars } = a;
  if (b.scalars.size > 0) {
    const both = new Map(a.scalars);
    for (const [name, value] of b.scalars) both.set(name, join(both.get(name) ?? 0, value));
    scalars = both;
  }
  return {
    cpu: join(a.cpu, b.cpu),
    memory: join(a.memory, b.memory),
    ephemeralStorage: join(a.ephemeralStorage, b.ephemeralStorage),
    scalars,
  };
}

export const sumOf = (a: Resources, b: Resources): Resources => joined(a, b, (x, y) => x + y);
export const differenceOf = (a: Resources, b: Resources): Resources => joined(a, b, (x, y) => x - y);
export const greatestOf = (a: Resources, b: Resources): Resources => joined(a, b, Math.max);
