/** The values that a JSONPath finds in a document, in its order. What is missing is found nowhere: it is no error. */
import { isJsonObject, type JsonValue } from '../json.ts';
import type { Operand, PathStep } from './parse-json-path.ts';

export function findValues(document: JsonValue, steps: readonly PathStep[]): JsonValue[] {
  return follow([document], steps, document);
}

function follow(values: readonly JsonValue[], steps: readonly PathStep[], root: JsonValue): JsonValue[] {
  let found = [...values];
  for (const step of steps) found = found.flatMap((value) => take(value, step, root));
  return found;
}

function take(value: JsonValue, step: PathStep, root: JsonValue): JsonValue[] {
  switch (step.kind) {
    case 'field': {
      if (!isJsonObject(value) || !Object.hasOwn(value, step.name)) return [];
      return [value[step.name] ?? null];
    }
    case 'wildcard':
      return membersOf(value);
    case 'recursive':
      return everythingIn(value);
    case 'slice':
      return Array.isArray(value) ? sliceOf(value, step) : [];
    case 'union':
      return step.branches.flatMap((branch) => take(value, branch, root));
    case 'filter':
      return membersOf(value).filter((item) => passes(item, step, root));
  }
}

function membersOf(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key] ?? null);
}

function everythingIn(value: JsonValue): JsonValue[] {
  return [value, ...membersOf(value).flatMap(everythingIn)];
}

function sliceOf(list: readonly JsonValue[], slice: Extract<PathStep, { kind: 'slice' }>): JsonValue[] {
  const { length } = list;
  const place = (index: number): number => (index < 0 ? index + length : index);
  const start = Math.max(0, place(slice.start ?? 0));
  const end = Math.min(length, place(slice.end ?? length));
  const step = Math.max(1, slice.step);
  return list.slice(start, end).filter((_, index) => index % step === 0);
}

function passes(
  item: JsonValue,
  { left, operator, right }: Extract<PathStep, { kind: 'filter' }>,
  root: JsonValue,
): boolean {
  const [a] = valuesOf(left, item, root);
  if (operator === 'exists') return a !== undefined;
  const [b] = right === undefined ? [] : valuesOf(right, item, root);
  if (a === undefined || b === undefined) return false;
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    default:
      return compares(a, b, operator);
  }
}

function valuesOf(operand: Operand, item: JsonValue, root: JsonValue): JsonValue[] {
  if (operand.kind === 'literal') return [operand.value];
  return follow([operand.fromRoot ? root : item], operand.steps, root);
}

/** Only numbers and texts have an order. */
function compares(a: JsonValue, b: JsonValue, operator: string): boolean {
  const comparable =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  if (!comparable) return false;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
