/** Checks an applied configuration against its type before anything is merged, in the words of structured-merge-diff. */
import { isJsonObject, isRawJson, type JsonValue } from '../json.ts';
import { goValue } from '../patch/go-value.ts';
import { elementOfItem } from './list-items.ts';
import { deduced, type MergeType, type ScalarType } from './merge-type.ts';
import { ElementError, elementText, fieldElement } from './path-element.ts';

/** One line an error, `.path: what`; empty: the value is of its type. */
export function validateValue(type: MergeType, value: JsonValue): readonly string[] {
  const errors: string[] = [];
  validate(type, value, '', errors);
  return errors;
}

/** Several errors as one text. */
export function joinErrors(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] ?? '') : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');
}

function validate(type: MergeType, value: JsonValue, path: string, errors: string[]): void {
  if (value === null) return;
  const refuse = (what: string) => void errors.push(path === '' ? what : `${path}: ${what}`);
  switch (type.kind) {
    case 'scalar': {
      const problem = scalarProblem(type, value);
      if (problem !== undefined) refuse(problem);
      return;
    }
    case 'deduced':
      return;
    case 'atomic':
      if (type.of === 'list') validateItems(type.shape, value, { path, errors, refuse });
      else if (type.shape !== undefined) validate(type.shape, value, path, errors);
      return;
    case 'struct':
    case 'map':
      if (!isJsonObject(value)) return refuse(`expected map, got &{${goValue(value)}}`);
      for (const [name, item] of Object.entries(value)) {
        const field = type.kind === 'map' ? type.element : (type.field(name) ?? type.others);
        const at = path + elementText(fieldElement(name));
        if (field === undefined) {
          errors.push(`${at}: field not declared in schema`);
          return;
        }
        if (item !== undefined) validate(field, item, at, errors);
      }
      return;
    case 'set':
    case 'keyed': {
      if (!Array.isArray(value)) return refuse(`expected list, got &{${goValue(value)}}`);
      const seen = new Set<string>();
      for (const [index, item] of value.entries()) {
        let element: string;
        try {
          element = elementOfItem(type, item);
        } catch (error) {
          if (!(error instanceof ElementError)) throw error;
          return refuse(`element ${index}: ${error.message}`);
        }
        if (seen.has(element)) refuse(`duplicate entries for key ${elementText(element)}`);
        seen.add(element);
        validate(type.element, item, path + elementText(element), errors);
      }
    }
  }
}

function validateItems(
  shape: MergeType | undefined,
  value: JsonValue,
  at: { readonly path: string; readonly errors: string[]; readonly refuse: (what: string) => void },
): void {
  if (!Array.isArray(value)) return at.refuse(`expected list, got &{${goValue(value)}}`);
  const element = shape?.kind === 'set' ? shape.element : deduced;
  for (const [index, item] of value.entries()) validate(element, item, `${at.path}[${index}]`, at.errors);
}

function scalarProblem({ expected }: ScalarType, value: JsonValue): string | undefined {
  const isNumber = typeof value === 'number' || isRawJson(value);
  switch (expected) {
    case 'string':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'numeric':
      return isNumber ? undefined : `expected numeric (int or float), got ${goSyntaxType(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`;
    case 'scalar':
      return isNumber || typeof value === 'string' || typeof value === 'boolean'
        ? undefined
        : `expected any scalar, got &{${goValue(value)}}`;
  }
}

/** fmt's %#v. */
function goSyntax(value: JsonValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isJsonObject(value))
    return isRawJson(value) ? value.rawJSON : value === null ? 'interface {}(nil)' : JSON.stringify(value);
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`);
  return `map[string]interface {}{${pairs.join(', ')}}`;
}

function goSyntaxType(value: JsonValue): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
