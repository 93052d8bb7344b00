/** Checks of label keys (also known as qualified names) and values, alone and in label selectors. */
import { type FieldError, forbidden, invalid, invalidTyped, required } from '../errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { EMPTY_MESSAGE, isLongerThan, maxBytesMessage, regexMessage, VALID } from './message.ts';
import { DNS1123_SUBDOMAIN_MAX_LENGTH, dns1123SubdomainFormat } from './names.ts';

const LABEL_KEY_MAX_LENGTH = 63;
const LABEL_VALUE_MAX_LENGTH = 63;

const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${KEY})?`;
const keyPattern = new RegExp(`^(?:${KEY})$`);
const valuePattern = new RegExp(`^(?:${VALUE})$`);

const keyMessage = regexMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  KEY,
  'MyName',
  'my.name',
  '123-abc',
);
const valueMessage = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  VALUE,
  'MyValue',
  'my_value',
  '12345',
);

/** "app", "example.com/app": an optional DNS subdomain and a name of at most 63 characters. */
export function isLabelKey(value: string): readonly string[] {
  const slash = value.indexOf('/');
  if (slash < 0) return nameComplaints(value, VALID);
  if (value.indexOf('/', slash + 1) >= 0) {
    return [
      `a valid label key ${keyMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  return nameComplaints(value.slice(slash + 1), prefixComplaints(value.slice(0, slash)));
}

/** Upstream's other name for the same check. */
export const isQualifiedName: (value: string) => readonly string[] = isLabelKey;

function prefixComplaints(prefix: string): readonly string[] {
  if (prefix === '') return [`prefix part ${EMPTY_MESSAGE}`];
  const tooLong = isLongerThan(prefix, DNS1123_SUBDOMAIN_MAX_LENGTH);
  const matches = dns1123SubdomainFormat.pattern.test(prefix);
  if (!tooLong && matches) return VALID;
  return [
    ...(tooLong ? [`prefix part ${maxBytesMessage(DNS1123_SUBDOMAIN_MAX_LENGTH)}`] : []),
    ...(matches ? [] : [`prefix part ${dns1123SubdomainFormat.complaint}`]),
  ];
}

function nameComplaints(name: string, before: readonly string[]): readonly string[] {
  const tooLong = isLongerThan(name, LABEL_KEY_MAX_LENGTH);
  const matches = keyPattern.test(name);
  if (!tooLong && matches) return before;
  const complaints = [...before];
  if (name === '') complaints.push(`name part ${EMPTY_MESSAGE}`);
  else if (tooLong) complaints.push(`name part ${maxBytesMessage(LABEL_KEY_MAX_LENGTH)}`);
  if (!matches) complaints.push(`name part ${keyMessage}`);
  return complaints;
}

export function isLabelValue(value: string): readonly string[] {
  const tooLong = isLongerThan(value, LABEL_VALUE_MAX_LENGTH);
  const matches = valuePattern.test(value);
  if (!tooLong && matches) return VALID;
  return [...(tooLong ? [maxBytesMessage(LABEL_VALUE_MAX_LENGTH)] : []), ...(matches ? [] : [valueMessage])];
}

export function validateLabelName(name: string, path: string): FieldError[] {
  return isLabelKey(name).map((complaint) => invalid(path, name, complaint));
}

/** A map of labels; unset is an empty map. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (labels === undefined || labels === null) return errors;
  for (const key of Object.keys(labels)) {
    for (const complaint of isLabelKey(key)) errors.push(invalid(path, key, complaint));
    const value = labels[key] ?? '';
    for (const complaint of isLabelValue(value)) errors.push(invalid(path, value, complaint));
  }
  return errors;
}

export interface LabelSelectorValidation {
  /** For fields that accepted invalid values before they were checked. */
  readonly allowInvalidValues?: boolean;
  readonly allowUnknownOperators?: boolean;
}

/** A metav1.LabelSelector; undefined or null is valid. */
export function validateLabelSelector(
  selector: JsonValue | undefined,
  path: string,
  options: LabelSelectorValidation = {},
): FieldError[] {
  if (!isJsonObject(selector)) return [];
  const errors = validateLabels(stringMap(selector.matchLabels), `${path}.matchLabels`);
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  expressions.forEach((expression, index) => {
    if (!isJsonObject(expression)) return;
    errors.push(...validateLabelSelectorRequirement(expression, `${path}.matchExpressions[${index}]`, options));
  });
  return errors;
}

export function validateLabelSelectorRequirement(
  requirement: JsonObject,
  path: string,
  options: LabelSelectorValidation,
): FieldError[] {
  const errors: FieldError[] = [];
  const values = Array.isArray(requirement.values) ? requirement.values.map(textOf) : [];
  const operator = textOf(requirement.operator);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (options.allowUnknownOperators !== true) {
    errors.push(invalidTyped(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(textOf(requirement.key), `${path}.key`));
  if (options.allowInvalidValues === true) return errors;
  values.forEach((value, index) => {
    for (const complaint of isLabelValue(value)) errors.push(invalid(`${path}.values[${index}]`, value, complaint));
  });
  return errors;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function stringMap(value: JsonValue | undefined): Record<string, string> | undefined {
  return isJsonObject(value) ? (value as Record<string, string>) : undefined;
}
