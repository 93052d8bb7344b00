/**
 * Validation as a table of rules by field, for the kinds that upstream validates by tags of their Go types alone. What an update
 * leaves unchanged is not looked at again; list items are the same where their keys are.
 */
import { duplicate, invalid, required, tooLong, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { checkComplaints, type Errors } from './checks.ts';

/** Rules of one field, in the order in which they are checked; the first three keep the others from being checked. */
export interface FieldRules {
  readonly immutable?: boolean;
  readonly maxItems?: number;
  /** Of a plain number "not zero": it is always there. */
  readonly required?: boolean | 'not zero';
  readonly format?: (value: string) => readonly string[];
  /** What is no plain format. */
  readonly check?: (value: string, path: string, errors: Errors) => void;
  /** In bytes. */
  readonly maxBytes?: number;
  readonly min?: number;
  readonly max?: number;
  /** What tells the structs of a list apart. */
  readonly key?: string;
  /** Of the struct, or of each struct of the list. */
  readonly struct?: StructRules;
}

export interface StructRules {
  /** Of these fields one must be set. */
  readonly union?: readonly string[];
  readonly fields: Readonly<Record<string, FieldRules>>;
}

/** `old`: what the struct was before the update; undefined where it is new. */
export function checkStruct(
  value: JsonObject,
  old: JsonObject | undefined,
  rules: StructRules,
  path: string,
  errors: Errors,
): void {
  if (rules.union !== undefined) checkUnion(value, old, rules.union, path, errors);
  for (const [field, its] of Object.entries(rules.fields)) {
    checkField(value[field], old === undefined ? undefined : { value: old[field] }, its, `${path}.${field}`, errors);
  }
}

function checkUnion(
  value: JsonObject,
  old: JsonObject | undefined,
  members: readonly string[],
  path: string,
  errors: Errors,
): void {
  if (old !== undefined && members.every((member) => isSet(value[member]) === isSet(old[member]))) return;
  const given = members.filter((member) => isSet(value[member]));
  const names = members.map((member) => `\`${member}\``).join(', ');
  if (given.length > 1) {
    errors.push(invalid(path, `{${given.join(', ')}}`, `must specify exactly one of: ${names}`));
  }
  if (given.length === 0) errors.push(invalid(path, '', `must specify one of: ${names}`));
}

function checkField(
  value: JsonValue | undefined,
  old: { readonly value: JsonValue | undefined } | undefined,
  rules: FieldRules,
  path: string,
  errors: Errors,
): void {
  if (old !== undefined && semanticallyEqual(value, old.value)) return;
  const before = errors.length;
  if (rules.immutable === true && old !== undefined) errors.push(invalid(path, null, 'field is immutable'));
  const { length } = asList(value);
  if (rules.maxItems !== undefined && length > rules.maxItems) errors.push(tooMany(path, length, rules.maxItems));
  if (isMissing(value, rules.required)) errors.push(required(path));
  if (errors.length > before || !isSet(value)) return;
  checkValue(value, rules, path, errors);
  if (rules.struct === undefined && rules.key === undefined) return;
  if (isJsonObject(value) && rules.struct !== undefined) {
    checkStruct(value, isJsonObject(old?.value) ? old.value : undefined, rules.struct, path, errors);
  } else checkItems(asObjects(value), asObjects(old?.value), rules, path, errors);
}

function checkValue(value: JsonValue, rules: FieldRules, path: string, errors: Errors): void {
  const { format, check, maxBytes, min, max } = rules;
  const complaints = format?.(asText(value)).map(inBytes);
  checkComplaints(value, complaints ?? [], path, errors);
  check?.(asText(value), path, errors);
  if (maxBytes !== undefined && Buffer.byteLength(asText(value)) > maxBytes) errors.push(tooLong(path, maxBytes));
  if (min !== undefined && asNumber(value) < min) {
    errors.push(invalid(path, value, `must be greater than or equal to ${min}`));
  }
  if (max !== undefined && asNumber(value) > max) {
    errors.push(invalid(path, value, `must be less than or equal to ${max}`));
  }
}

/** Declared formats count bytes, where complaints of the same formats elsewhere speak of characters. */
export function inBytes(complaint: string): string {
  return complaint.replace(/^(must be no more than \d+) characters$/, '$1 bytes');
}

function checkItems(
  items: readonly JsonObject[],
  old: readonly JsonObject[],
  { key, struct }: FieldRules,
  path: string,
  errors: Errors,
): void {
  const keyOf = (item: JsonObject): string => (key === undefined ? JSON.stringify(item) : asText(item[key]));
  const seen = new Set<string>();
  items.forEach((item, index) => {
    if (key !== undefined && seen.has(keyOf(item))) errors.push(duplicate(`${path}[${index}]`, item));
    seen.add(keyOf(item));
  });
  items.forEach((item, index) => {
    const its = old.find((other) => keyOf(other) === keyOf(item));
    if (its !== undefined && semanticallyEqual(item, its)) return;
    checkStruct(asObject(item), its, struct ?? { fields: {} }, `${path}[${index}]`, errors);
  });
}

function isMissing(value: JsonValue | undefined, rule: FieldRules['required'] = false): boolean {
  if (rule === false) return false;
  if (rule === 'not zero' && value === 0) return true;
  return !isSet(value) || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The rules of a whole object. `old`: before an update. */
export function checkDeclared(object: JsonObject, old: JsonObject | undefined, { fields }: StructRules): Errors {
  const errors: Errors = [];
  for (const [field, its] of Object.entries(fields)) {
    checkField(object[field], old === undefined ? undefined : { value: old[field] }, its, field, errors);
  }
  return errors;
}
