/** One item of a LimitRange against what a container, a pod or a claim asks for: minimum, maximum and ratio of limit to request. */
import { asText, asTextEntries } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { quantityMilliValue, quantityValue } from '../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity, parseQuantity, type Quantity } from '../../apimachinery/quantity/quantity.ts';

type Amounts = ReadonlyMap<string, Quantity>;

export interface Asked {
  readonly requests: Amounts;
  /** Undefined: what is asked for has no limits (claims). */
  readonly limits: Amounts | undefined;
}

interface Constraint {
  readonly type: string;
  readonly name: string;
  readonly bound: Quantity;
  readonly request: Quantity | undefined;
  readonly limit: Quantity | undefined;
}

/** Above this, thousandths do not fit an int64, and whole units are compared. */
const maxMilliValue = (2n ** 63n - 1n) / 1000n;
const zero = parseQuantity('0');

export function limitViolations(item: JsonObject, asked: Asked): string[] {
  const check = (list: 'min' | 'max' | 'maxLimitRequestRatio', rule: (constraint: Constraint) => string | undefined) =>
    asTextEntries(item[list]).flatMap(([name, bound]) => {
      const constraint = {
        type: asText(item.type),
        name,
        bound: parseQuantity(bound),
        request: asked.requests.get(name),
        limit: asked.limits?.get(name),
      };
      return rule(constraint) ?? [];
    });
  const hasLimits = asked.limits !== undefined;
  return [
    ...check('min', belowMinimum),
    ...check('max', hasLimits ? aboveMaximum : requestAboveMaximum),
    ...(hasLimits ? check('maxLimitRequestRatio', aboveRatio) : []),
  ];
}

function belowMinimum({ type, name, bound, request, limit }: Constraint): string | undefined {
  const rule = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  const values = comparable(request, limit, bound);
  if (values.request < values.bound) return `${rule}, but request is ${formatQuantity(request)}`;
  if (limit !== undefined && values.limit < values.bound) return `${rule}, but limit is ${formatQuantity(limit)}`;
  return undefined;
}

function requestAboveMaximum({ type, name, bound, request }: Constraint): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  const values = comparable(request, undefined, bound);
  return values.request > values.bound ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
}

function aboveMaximum({ type, name, bound, request, limit }: Constraint): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (limit === undefined) return `${rule}.  No limit is specified`;
  const values = comparable(request, limit, bound);
  if (values.limit > values.bound) return `${rule}, but limit is ${formatQuantity(limit)}`;
  if (request !== undefined && values.request > values.bound)
    return `${rule}, but request is ${formatQuantity(request)}`;
  return undefined;
}

function aboveRatio({ type, name, bound, request, limit }: Constraint): string | undefined {
  const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  const values = comparable(request, limit, bound);
  if (request === undefined || values.request === 0n) return `${rule}, but no request is specified or request is 0`;
  if (limit === undefined || values.limit === 0n) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = Number(values.limit) / Number(values.request);
  const isSmall = quantityValue(bound) <= maxMilliValue;
  const isAbove = isSmall ? ratio * 1000 > Number(quantityMilliValue(bound)) : ratio > Number(quantityValue(bound));
  return isAbove ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

function comparable(
  request: Quantity | undefined,
  limit: Quantity | undefined,
  bound: Quantity,
): { readonly request: bigint; readonly limit: bigint; readonly bound: bigint } {
  const all = [request ?? zero, limit ?? zero, bound];
  const read = all.every((quantity) => quantityValue(quantity) <= maxMilliValue) ? quantityMilliValue : quantityValue;
  return { request: read(request ?? zero), limit: read(limit ?? zero), bound: read(bound) };
}
