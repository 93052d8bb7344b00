/**
 * Small checks that the validation of every group is made of. A validator takes a value, the path of its field and the list
 * that it adds its findings to, in upstream's order; values are read through json-access, so odd ones never throw.
 */
import {
  type FieldError,
  forbidden,
  invalid,
  invalidTyped,
  notSupported,
  notSupportedInOrder,
  required,
} from '../../apimachinery/errors/field-error.ts';
import { asList, asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import {
  FIELD_IMMUTABLE_MESSAGE,
  semanticallyEqual,
  validateImmutableField,
} from '../../apimachinery/validation/immutable-field.ts';
import { isQualifiedName } from '../../apimachinery/validation/labels.ts';
import { isDns1123Label, isDns1123Subdomain, isPortName, isPortNumber } from '../../apimachinery/validation/names.ts';

export type Errors = FieldError[];

export const NEGATIVE_MESSAGE = 'must be greater than or equal to 0';
export const NOT_POSITIVE_MESSAGE = 'must be greater than zero';
export const MAX_INT32 = 2 ** 31 - 1;

/** One Invalid error for each complaint of a name or format check. */
export function checkComplaints(
  value: JsonValue | undefined,
  complaints: readonly string[],
  path: string,
  errors: Errors,
): void {
  for (const complaint of complaints) errors.push(invalid(path, value, complaint));
}

/** As checkComplaints, for a text whose Go type is a named string or a pointer. */
export function checkTypedComplaints(value: string, complaints: readonly string[], path: string, errors: Errors): void {
  for (const complaint of complaints) errors.push(invalidTyped(path, value, complaint));
}

/** True when the text is there. */
export function checkRequired(value: JsonValue | undefined, path: string, errors: Errors, detail = ''): boolean {
  if (asText(value) !== '') return true;
  errors.push(required(path, detail));
  return false;
}

/** A text that must be there and be well formed. */
export function checkRequiredFormat(
  value: JsonValue | undefined,
  format: (value: string) => readonly string[],
  path: string,
  errors: Errors,
): void {
  if (checkRequired(value, path, errors)) checkComplaints(value, format(asText(value)), path, errors);
}

export function checkDnsLabel(value: JsonValue | undefined, path: string, errors: Errors): void {
  checkComplaints(asText(value), isDns1123Label(asText(value)), path, errors);
}

export function checkDnsSubdomain(value: JsonValue | undefined, path: string, errors: Errors): void {
  checkComplaints(asText(value), isDns1123Subdomain(asText(value)), path, errors);
}

export function checkQualifiedName(value: JsonValue | undefined, path: string, errors: Errors): void {
  checkComplaints(asText(value), isQualifiedName(asText(value)), path, errors);
}

export function checkNonNegative(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (asNumber(value) < 0) errors.push(invalid(path, value, NEGATIVE_MESSAGE));
}

export function checkPositive(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (asNumber(value) <= 0) errors.push(invalid(path, value ?? 0, NOT_POSITIVE_MESSAGE));
}

export function checkPortNumber(value: JsonValue | undefined, path: string, errors: Errors): void {
  checkComplaints(asNumber(value), isPortNumber(asNumber(value)), path, errors);
}

/** An IntOrString port. */
export function checkPortNumberOrName(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (typeof value === 'string') checkComplaints(value, isPortName(value), path, errors);
  else checkPortNumber(value, path, errors);
}

type Among<Result> = (
  value: JsonValue | undefined,
  supported: readonly string[],
  path: string,
  errors: Errors,
) => Result;

function among(refusal: typeof notSupported): Among<boolean> {
  return (value, supported, path, errors) => {
    if (supported.includes(asText(value))) return true;
    errors.push(refusal(path, asText(value), supported));
    return false;
  };
}

function requiredAmong(check: Among<boolean>): Among<void> {
  return (value, supported, path, errors) => {
    if (checkRequired(value, path, errors)) check(value, supported, path, errors);
  };
}

/** One of the supported values, which the error lists in alphabetical order. */
export const checkOneOf = among(notSupported);
/** The same, listed as they are given; upstream sorts only some of them. */
export const checkListed = among(notSupportedInOrder);
export const checkRequiredOneOf = requiredAmong(checkOneOf);
export const checkRequiredListed = requiredAmong(checkListed);

export function checkImmutable(
  value: JsonValue | undefined,
  old: JsonValue | undefined,
  path: string,
  errors: Errors,
): void {
  errors.push(...validateImmutableField(value, old, path));
}

/** Runs `validate` on each struct of a list, with its indexed path. */
export function checkEach(
  list: JsonValue | undefined,
  path: string,
  validate: (item: JsonObject, path: string, index: number) => void,
): void {
  asList(list).forEach((item, index) => validate(asObject(item), `${path}[${index}]`, index));
}

/** Of a list or map: an error quotes it as it was sent, empty or not at all. */
export function checkImmutableField(
  object: JsonObject,
  old: JsonObject,
  field: string,
  path: string,
  errors: Errors,
): void {
  if (semanticallyEqual(object[field], old[field])) return;
  errors.push(invalid(path, asSent(object, field), FIELD_IMMUTABLE_MESSAGE));
}

export interface OneOfMember {
  /** Name of the field in the JSON. */
  readonly field: string;
  /** Name that upstream's errors use for it, where that differs: for the refusal of a second member, and for those inside. */
  readonly refusedAs?: string;
  readonly reportedAs?: string;
  /** Upstream forgets to refuse it as a second member. */
  readonly isNeverRefused?: true;
  readonly validate: (source: JsonObject, path: string, errors: Errors, union: JsonObject) => void;
}

/** How many members are set, after validating the first of them and refusing each further one. */
export function checkMembers(
  union: JsonObject,
  members: readonly OneOfMember[],
  moreThanOne: string,
  path: string,
  errors: Errors,
): number {
  let found = 0;
  for (const { field, refusedAs = field, reportedAs = field, isNeverRefused, validate } of members) {
    if (!isSet(union[field])) continue;
    if (found > 0 && isNeverRefused !== true) errors.push(forbidden(`${path}.${refusedAs}`, moreThanOne));
    else {
      found++;
      validate(asObject(union[field]), `${path}.${reportedAs}`, errors, union);
    }
  }
  return found;
}
