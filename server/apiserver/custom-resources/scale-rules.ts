/** What a custom object must hold at the paths of its scale subresource. */
import { type FieldError, invalid } from '../../apimachinery/errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { goValue } from '../../apimachinery/patch/go-value.ts';
import type { ScalePaths } from './definition-facts.ts';

const MAX_INT32 = 2 ** 31 - 1;

export function scaleSpecErrors(object: JsonObject, scale: ScalePaths): FieldError[] {
  return replicasErrors(object, scale.specReplicas);
}

export function scaleStatusErrors(object: JsonObject, scale: ScalePaths): FieldError[] {
  const errors = replicasErrors(object, scale.statusReplicas);
  if (scale.selector === '') return errors;
  const { problem } = read(object, scale.selector, 'string');
  return problem === undefined ? errors : [...errors, invalid(scale.selector, '', problem)];
}

function replicasErrors(object: JsonObject, path: string): FieldError[] {
  const { value, problem } = read(object, path, 'int64');
  if (problem !== undefined) return [invalid(path, 0, problem)];
  const replicas = typeof value === 'number' ? value : 0;
  if (replicas < 0) return [invalid(path, replicas, 'should be a non-negative integer')];
  return replicas > MAX_INT32 ? [invalid(path, replicas, `should be less than or equal to ${MAX_INT32}`)] : [];
}

interface Found {
  readonly value?: JsonValue;
  readonly problem?: string;
}

function read(object: JsonObject, path: string, wanted: 'int64' | 'string'): Found {
  let value: JsonValue | undefined = object;
  const problem = (expected: string): Found => ({
    problem: `${path} accessor error: ${goValue(value)} is of the type ${goTypeOf(value ?? null)}, expected ${expected}`,
  });
  for (const name of path.split('.').slice(1)) {
    if (!isJsonObject(value)) return problem('map[string]interface{}');
    const next: JsonValue | undefined = Object.hasOwn(value, name) ? value[name] : undefined;
    if (next === undefined) return {};
    value = next;
  }
  return goTypeOf(value) === wanted ? { value } : problem(wanted);
}

function goTypeOf(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isRawJson(value)) return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
