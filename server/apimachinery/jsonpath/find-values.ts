/**
 * The values that a JSONPath finds in a document, in its order. What is missing is found nowhere, and so is everything where
 * client-go ends with an error: an index outside of its list, a comparison of what cannot be compared.
 */
import { isJsonObject, isRawJson, type JsonValue } from '../json.ts';
import type { Literal, PathStep } from './parse-json-path.ts';

export function findValues(document: JsonValue, steps: readonly PathStep[]): JsonValue[] {
  try {
    return follow([document], steps);
  } catch (error) {
    if (error instanceof EvaluationError) return [];
    throw error;
  }
}

/** Nothing is said of it: who asks sees that nothing is found. */
class EvaluationError extends Error {
  override name = 'EvaluationError';
}

function follow(values: readonly JsonValue[], steps: readonly PathStep[]): JsonValue[] {
  let found = [...values];
  for (const step of steps) found = take(found, step);
  return found;
}

function take(values: readonly JsonValue[], step: PathStep): JsonValue[] {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) =>
        isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name] ?? null] : [],
      );
    case 'wildcard':
      return values.flatMap(membersOf);
    case 'recursive':
      return values.flatMap(everythingIn);
    case 'slice':
      return slicesOf(values, step);
    case 'union':
      return step.branches.flatMap((branch) => follow(values, branch));
    case 'filter':
      return values.flatMap((value) => listOf(value).filter((item) => passes(item, step)));
    case 'literal':
      return values.map(() => (typeof step.value.value === 'bigint' ? Number(step.value.value) : step.value.value));
    case 'word':
      throw new EvaluationError();
  }
}

function listOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw new EvaluationError();
}

function membersOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key] ?? null);
}

/** Without numbers and what is empty: nothing lies below them. */
function everythingIn(value: JsonValue): JsonValue[] {
  const members = membersOf(value);
  if (members.length === 0) return typeof value === 'string' && value !== '' ? [value] : [];
  return [value, ...members.flatMap(everythingIn)];
}

function slicesOf(values: readonly JsonValue[], slice: Extract<PathStep, { kind: 'slice' }>): JsonValue[] {
  const found: JsonValue[] = [];
  for (const value of values) {
    if (value === null) continue;
    const list = listOf(value);
    const { length } = list;
    const place = (index: number): number => (index < 0 ? index + length : index);
    const start = place(slice.start);
    const end = endOf(slice, length, place);
    // Go looks at no further list either.
    if (start === end) return found;
    if (start < 0 || start >= length || end < 0 || end > length || start > end || slice.step <= 0) {
      throw new EvaluationError();
    }
    for (let at = start; at < end; at += slice.step) found.push(list[at] ?? null);
  }
  return found;
}

function endOf(
  { start, end }: Extract<PathStep, { kind: 'slice' }>,
  length: number,
  place: (index: number) => number,
): number {
  if (end === undefined) return length;
  if (end !== 'next') return place(end);
  return start === -1 ? length : place(start + 1);
}

function passes(item: JsonValue, { left, comparison }: Extract<PathStep, { kind: 'filter' }>): boolean {
  if (comparison === undefined) return exists(item, left);
  const a = onlyOne(follow([item], left));
  if (a === undefined) return false;
  const b = onlyOne(follow([item], comparison.right));
  return b !== undefined && compare(kindOf(a, left), kindOf(b, comparison.right), comparison.operator);
}

/** What cannot be looked for counts as there. */
function exists(item: JsonValue, steps: readonly PathStep[]): boolean {
  try {
    return follow([item], steps).length > 0;
  } catch (error) {
    if (error instanceof EvaluationError) return true;
    throw error;
  }
}

function onlyOne(values: readonly JsonValue[]): JsonValue | undefined {
  if (values.length > 1) throw new EvaluationError();
  return values[0];
}

function kindOf(value: JsonValue, steps: readonly PathStep[]): Literal {
  const last = steps.at(-1);
  if (last?.kind === 'literal') return last.value;
  if (isRawJson(value)) return { kind: 'int', value: BigInt(value.rawJSON) };
  switch (typeof value) {
    case 'number':
      return { kind: Number.isInteger(value) ? 'int' : 'float', value };
    case 'string':
      return { kind: 'text', value };
    case 'boolean':
      return { kind: 'bool', value };
    default:
      throw new EvaluationError();
  }
}

function compare(a: Literal, b: Literal, operator: string): boolean {
  if (a.kind !== b.kind) throw new EvaluationError();
  const isLess = a.value < b.value;
  const isEqual = !isLess && !(b.value < a.value);
  if (operator === '==') return isEqual;
  if (operator === '!=') return !isEqual;
  // The truth has no order.
  if (a.kind === 'bool') throw new EvaluationError();
  switch (operator) {
    case '<':
      return isLess;
    case '<=':
      return isLess || isEqual;
    case '>':
      return !isLess && !isEqual;
    case '>=':
      return !isLess;
    default:
      throw new EvaluationError();
  }
}
