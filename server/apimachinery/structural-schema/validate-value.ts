/**
 * Validation of custom objects by their schema: JSON Schema as upstream reads it, with its messages. On updates what was
 * wrong before and has not changed since is let pass ("ratcheting").
 */
import { goQuote } from '../errors/field-error.ts';
import { isJsonObject, isRawJson, type JsonObject, type JsonValue } from '../json.ts';
import { jsonEquals } from '../json-equals.ts';
import { compileRe2 } from '../regex/re2.ts';
import { hasFormat } from './formats.ts';
import { sortedText } from './list-types.ts';
import { checkNumber } from './number-rules.ts';
import { oldItemsOf, type OldValue } from './old-items.ts';
import type { Structural } from './structural.ts';
import { ValidationResult } from './validation-result.ts';

export function validateValue(value: JsonValue, schema: Structural, old: OldValue): ValidationResult {
  const result = new ValidationResult();
  ratchet(value, schema, { path: '', old, isRoot: true, isDefault: false }, result);
  return result;
}

/** Upstream does not look at the type of an int-or-string that is a default. */
export function validateDefault(value: JsonValue, schema: Structural): ValidationResult {
  const result = new ValidationResult();
  validate(value, schema, { path: '', old: undefined, isRoot: true, isDefault: true }, result);
  return result;
}

interface Place {
  readonly path: string;
  readonly old: OldValue;
  readonly isRoot: boolean;
  readonly isDefault: boolean;
}

const ANY: readonly string[] = [];

function ratchet(value: JsonValue, schema: Structural, place: Place, result: ValidationResult): void {
  const before = result.problems.length;
  validate(value, schema, place, result);
  if (result.problems.length === before || place.old === undefined) return;
  if (place.old.value !== null && value !== null && jsonEquals(place.old.value, value)) result.forgetFrom(before);
}

function validate(value: JsonValue, schema: Structural, place: Place, result: ValidationResult): void {
  const { rules } = schema;
  const { path } = place;
  const types = place.isDefault && schema.intOrString ? ANY : schema.types;
  if (value === null) {
    if (types.length > 0 && !schema.nullable) addTypeProblem(path, types.join(','), 'null', result);
    else result.matches++;
    checkEnum(value, schema, path, result);
    return;
  }
  if (types.length > 0 || rules.format !== '') {
    checkType(value, schema, path, result);
    result.matches++;
  }
  checkAlternatives(value, schema, place, result);
  result.matches += 2;
  if (typeof value === 'string') {
    checkString(value, schema, path, result);
    result.matches++;
    if (rules.format !== '') {
      if (!hasFormat(value, rules.format)) addTypeProblem(path, rules.format, value, result);
      result.matches++;
    }
  } else if (typeof value === 'number' || isRawJson(value)) {
    checkNumber(value, schema, path, result);
    result.matches += 2;
  } else if (Array.isArray(value)) {
    checkList(value, schema, place, result);
    result.matches += 2;
  }
  checkEnum(value, schema, path, result);
  result.matches++;
  if (isJsonObject(value)) {
    checkObject(value, schema, place, result);
    result.matches++;
  }
  result.matches++;
}

function checkType(value: JsonValue, schema: Structural, path: string, result: ValidationResult): void {
  const { types } = schema;
  const { format } = schema.rules;
  const type = typeOf(value);
  const isTextual = type === 'string' || type === 'array';
  const isNumeric = types.includes('number') || types.includes('integer');
  // A number without a fraction is an integer, and any integer is a number.
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'));
  if (!isTextual && format !== '' && !fits) addTypeProblem(path, format, formatOf(type), result);
  else if (!isNumeric && format !== '' && isTextual) result.matches++;
  else if (!fits) addTypeProblem(path, types.join(','), type, result);
  else result.matches++;
}

function formatOf(type: string): string {
  return type === 'integer' ? 'int64' : type === 'number' ? 'float64' : '';
}

/** Type names a value as messages do. */
function typeOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isRawJson(value)) return 'integer';
  // What does not fit into 64 bits is a number with a fraction to Go.
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'integer' : 'number';
  return typeof value;
}

function addTypeProblem(path: string, wanted: string, value: string, result: ValidationResult): void {
  const text = `${path} in body must be of type ${wanted}: ${goQuote(value)}`;
  result.add({ kind: 'type', path, text, value });
}

function checkString(value: string, { rules }: Structural, path: string, result: ValidationResult): void {
  const { maxLength, minLength, pattern } = rules;
  if (maxLength !== undefined || minLength !== undefined) {
    const length = lengthOf(value);
    if (maxLength !== undefined && length > maxLength) {
      const text = `${path} in body should be at most ${maxLength} chars long`;
      result.add({ kind: 'tooLong', path, text, limit: maxLength });
      return;
    }
    if (minLength !== undefined && length < minLength) {
      const text = `${path} in body should be at least ${minLength} chars long`;
      result.add({ kind: 'invalid', path, text, value });
      return;
    }
  }
  if (pattern !== '' && !compileRe2(pattern).test(value)) {
    result.add({ kind: 'invalid', path, text: `${path} in body should match '${pattern}'`, value });
  }
}

/** In characters, not in UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function checkEnum(value: JsonValue, { rules }: Structural, path: string, result: ValidationResult): void {
  const allowed = rules.enum;
  if (allowed === undefined || allowed.some((candidate) => jsonEquals(candidate, value))) return;
  const text = `${path} in body should be one of ${sortedText([...allowed])}`;
  result.add({ kind: 'enum', path, text, value, values: allowed });
}

function checkList(list: readonly JsonValue[], schema: Structural, place: Place, result: ValidationResult): void {
  const { items, rules } = schema;
  const { path } = place;
  if (items !== undefined) {
    const oldItem = oldItemsOf(schema, place.old);
    list.forEach((item, index) => {
      ratchet(
        item,
        items,
        { path: `${path}[${index}]`, old: oldItem(item), isRoot: false, isDefault: place.isDefault },
        result,
      );
    });
  }
  if (rules.minItems !== undefined && list.length < rules.minItems) {
    const text = `${path} in body should have at least ${rules.minItems} items`;
    result.add({ kind: 'invalid', path, text, value: list.length });
  }
  if (rules.maxItems !== undefined && list.length > rules.maxItems) {
    const text = `${path} in body should have at most ${rules.maxItems} items`;
    result.add({ kind: 'tooMany', path, text, value: list.length, limit: rules.maxItems });
  }
  if (rules.uniqueItems && new Set(list.map(sortedText)).size < list.length) {
    result.add({ kind: 'invalid', path, text: `${path} in body shouldn't contain duplicates` });
  }
}

function checkObject(object: JsonObject, schema: Structural, place: Place, result: ValidationResult): void {
  const { rules, properties, additional } = schema;
  const { path } = place;
  if (rules.minProperties !== undefined || rules.maxProperties !== undefined) checkSize(object, schema, path, result);
  if (typeof additional === 'object') {
    for (const key of Object.keys(object)) {
      if (properties.has(key)) continue;
      const inner = { path: `${path}.${key}`, old: oldField(place, key), isRoot: false, isDefault: place.isDefault };
      ratchet(object[key] ?? null, additional, inner, result);
    }
  }
  for (const [name, property] of properties) {
    if (!Object.hasOwn(object, name)) continue;
    const inner = {
      path: path === '' ? name : `${path}.${name}`,
      old: oldField(place, name),
      isRoot: false,
      isDefault: place.isDefault,
    };
    ratchet(object[name] ?? null, property, inner, result);
  }
  for (const name of rules.required) {
    if (Object.hasOwn(object, name)) continue;
    result.add({ kind: 'required', path: `${path}.${name}`, text: `${path}.${name} in body is required` });
  }
}

function checkSize(object: JsonObject, { rules }: Structural, path: string, result: ValidationResult): void {
  const size = Object.keys(object).length;
  const { minProperties, maxProperties } = rules;
  if (minProperties !== undefined && size < minProperties) {
    const text = `${path} in body should have at least ${minProperties} properties`;
    result.add({ kind: 'invalid', path, text, value: size });
  }
  if (maxProperties !== undefined && size > maxProperties) {
    const text = `${path} in body should have at most ${maxProperties} properties`;
    result.add({ kind: 'tooMany', path, text, value: size, limit: maxProperties });
  }
}

function oldField({ old, isRoot }: Place, name: string): OldValue {
  if (old === undefined || !isJsonObject(old.value) || !Object.hasOwn(old.value, name)) return undefined;
  // The old object's version is the one that it was read in.
  if (isRoot && (name === 'kind' || name === 'apiVersion')) return undefined;
  return { value: old.value[name] ?? null };
}

function checkAlternatives(value: JsonValue, schema: Structural, place: Place, result: ValidationResult): void {
  const { anyOf, oneOf, allOf, not } = schema.rules;
  if (anyOf.length > 0) checkAnyOf(value, anyOf, place, result);
  if (oneOf.length > 0) checkOneOf(value, oneOf, place, result);
  if (allOf.length > 0) checkAllOf(value, allOf, place, result);
  if (not !== undefined && tried(value, not, place).isValid) {
    addWhole(`${goQuote(place.path)} must not validate the schema (not)`, place, result);
  }
}

function checkAnyOf(value: JsonValue, anyOf: readonly Structural[], place: Place, result: ValidationResult): void {
  let best: ValidationResult | undefined;
  for (const alternative of anyOf) {
    const attempt = tried(value, alternative, place);
    if (attempt.isValid) {
      result.merge(attempt);
      return;
    }
    if (best === undefined || attempt.matches > best.matches) best = attempt;
  }
  addWhole(`${goQuote(place.path)} must validate at least one schema (anyOf)`, place, result);
  if (best !== undefined) result.merge(best);
}

function checkOneOf(value: JsonValue, oneOf: readonly Structural[], place: Place, result: ValidationResult): void {
  let best: ValidationResult | undefined;
  const valid: ValidationResult[] = [];
  for (const alternative of oneOf) {
    const attempt = tried(value, alternative, place);
    if (attempt.isValid) valid.push(attempt);
    else if (valid.length === 0 && (best === undefined || attempt.matches > best.matches)) best = attempt;
  }
  const [only] = valid;
  if (valid.length === 1 && only !== undefined) {
    result.merge(only);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  addWhole(`${goQuote(place.path)} must validate one and only one schema (oneOf). ${found}`, place, result);
  if (valid.length === 0 && best !== undefined) result.merge(best);
}

function checkAllOf(value: JsonValue, allOf: readonly Structural[], place: Place, result: ValidationResult): void {
  let validated = 0;
  for (const part of allOf) {
    const attempt = tried(value, part, place);
    if (attempt.isValid) validated++;
    result.merge(attempt);
  }
  if (validated === allOf.length) return;
  const more = validated === 0 ? '. None validated' : '';
  addWhole(`${goQuote(place.path)} must validate all the schemas (allOf)${more}`, place, result);
}

function tried(value: JsonValue, schema: Structural, place: Place): ValidationResult {
  const attempt = new ValidationResult();
  // Upstream does not look at old values inside alternatives.
  validate(value, schema, { ...place, old: undefined }, attempt);
  return attempt;
}

function addWhole(text: string, { path }: Place, result: ValidationResult): void {
  result.add({ kind: 'whole', path, text });
}
