/** What makes a schema structural: a type everywhere, and nothing in anyOf, allOf, oneOf and not that is no validation. */
import { type FieldError, forbidden, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { asSent, fieldsSentIn } from '../../apimachinery/schema/sent-empties.ts';
import { compileRe2 } from '../../apimachinery/regex/re2.ts';
import type { Errors } from '../validation/checks.ts';

type Level = 'root' | 'item' | 'field';

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const intOrString: JsonValue = [{ type: 'integer' }, { type: 'string' }];

/** Nothing but the two types: not even something empty. */
function isIntOrStringPattern(anyOf: JsonValue | undefined): boolean {
  return Array.isArray(anyOf) && jsonEquals(anyOf.map(withoutZeros), intOrString);
}

function withoutZeros(schema: JsonValue): JsonValue {
  const isZero = (value: JsonValue | undefined): boolean => !isSet(value) || value === '' || value === false;
  if (!isJsonObject(schema)) return schema;
  const sent = fieldsSentIn(schema).map((field) => [field, asSent(schema, field) ?? null] as const);
  return Object.fromEntries(sent.filter(([, value]) => !isZero(value)));
}

const unsupportedFields = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
];

/** What keeps a schema from being taken for a structural one at all; the first problem, from the outside in. */
export function unsupportedInStructural(schema: JsonObject): string | undefined {
  const field = unsupportedFields.find((name) => isSet(schema[name]) && schema[name] !== '');
  if (field !== undefined) return `OpenAPIV3Schema '${field === '$schema' ? 'schema' : field}' is not supported`;
  const { items, additionalProperties, properties, not, allOf = [], anyOf = [], oneOf = [] } = schema;
  if (Array.isArray(items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  const parts = [allOf, anyOf, oneOf, not, items, Object.values(asObject(properties)), additionalProperties].flat();
  for (const part of parts) {
    const problem = isJsonObject(part) ? unsupportedInStructural(part) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Sorted by their text, as upstream has them. */
export function structuralErrors(schema: JsonObject, path: string): Errors {
  const errors: Errors = [];
  checkInvariants(schema, 'root', path, errors);
  return errors.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf({ field, message }: FieldError): string {
  return `${field}: ${message}`;
}

function checkInvariants(schema: JsonObject, level: Level, path: string, errors: Errors): void {
  const type = asText(schema.type);
  if (type === 'array' && !isSet(schema.items)) errors.push(required(`${path}.items`, 'must be specified'));
  if (isJsonObject(schema.items)) checkInvariants(schema.items, 'item', `${path}.items`, errors);
  for (const [name, property] of Object.entries(asObject(schema.properties))) {
    checkInvariants(asObject(property), 'field', `${path}.properties[${name}]`, errors);
  }
  checkAdditionalProperties(schema, level, path, errors);
  checkExtensions(schema, path, errors);
  checkValueValidation(schema, path, errors);
  checkType(schema, level, path, errors);
  checkResourceFields(schema, level, path, errors);
}

function checkAdditionalProperties(schema: JsonObject, level: Level, path: string, errors: Errors): void {
  const { additionalProperties: more } = schema;
  if (!isSet(more)) return;
  if (level === 'root') errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  if (isJsonObject(more)) checkInvariants(more, 'field', `${path}.additionalProperties`, errors);
  if (schema['x-kubernetes-embedded-resource'] === true) {
    const detail = 'must not be used if x-kubernetes-embedded-resource is set';
    errors.push(forbidden(`${path}.additionalProperties`, detail));
  }
}

function checkExtensions(schema: JsonObject, path: string, errors: Errors): void {
  if (schema['x-kubernetes-int-or-string'] !== true) return;
  for (const extension of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']) {
    if (schema[extension] !== true) continue;
    errors.push(invalid(`${path}.${extension}`, true, 'must be false if x-kubernetes-int-or-string is true'));
  }
}

function checkType(schema: JsonObject, level: Level, path: string, errors: Errors): void {
  const type = asText(schema.type);
  const typePath = `${path}.type`;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isAny =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isEmbedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(typePath, detail) : invalid(typePath, type, detail));
  } else if (type === '' && !isAny) errors.push(required(typePath, missingType[level]));
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(typePath, type, 'must be object at the root'));
  }
}

/** Of whole objects, at the root or embedded: what Kubernetes defines stays as it is. */
function checkResourceFields(schema: JsonObject, level: Level, path: string, errors: Errors): void {
  const properties = asObject(schema.properties);
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isResource = level === 'root' || isEmbedded;
  for (const field of ['kind', 'apiVersion']) {
    if (!isResource || !Object.hasOwn(properties, field)) continue;
    const type = asText(asObject(properties[field]).type);
    if (type !== 'string') errors.push(invalid(`${path}.properties[${field}].type`, type, 'must be string'));
  }
  if (Object.hasOwn(properties, 'metadata')) {
    const metadata = asObject(properties.metadata);
    const metadataPath = `${path}.properties[metadata]`;
    if (isResource && metadata.type !== 'object') {
      errors.push(invalid(`${metadataPath}.type`, asText(metadata.type), 'must be object'));
    }
    if (level === 'root' && !saysOnlyNames(metadata)) {
      const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
      errors.push(forbidden(metadataPath, detail));
    }
  }
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isEmbedded && !isOpen && Object.keys(properties).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, detail));
  }
}

function saysOnlyNames(metadata: JsonObject): boolean {
  const { type: _type, properties, default: _default, ...rest } = metadata;
  const names = Object.keys(asObject(properties));
  const known = names.every((name) => name === 'name' || name === 'generateName');
  // Go compares it with a schema that has nothing else: an empty list is something.
  return (
    known &&
    asSent(metadata, 'x-kubernetes-list-map-keys') === undefined &&
    Object.values(rest).every((value) => !isSet(value) || value === '' || value === false)
  );
}

function checkValueValidation(schema: JsonObject, path: string, errors: Errors): void {
  const isIntOrString = isIntOrStringPattern(schema.anyOf);
  if (!isIntOrString) checkNestedList(schema.anyOf, `${path}.anyOf`, errors);
  asObjects(schema.allOf).forEach((nested, index) => {
    const skips = index === 0 && isIntOrStringPattern(nested.anyOf);
    const { anyOf: _anyOf, ...others } = nested;
    checkNested(skips ? others : nested, `${path}.allOf[${index}]`, errors);
  });
  checkNestedList(schema.oneOf, `${path}.oneOf`, errors);
  if (isJsonObject(schema.not)) checkNested(schema.not, `${path}.not`, errors);
  const pattern = asText(schema.pattern);
  if (pattern === '') return;
  try {
    compileRe2(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    errors.push(invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`));
  }
}

function checkNestedList(list: JsonValue | undefined, path: string, errors: Errors): void {
  asList(list).forEach((nested, index) => checkNested(asObject(nested), `${path}[${index}]`, errors));
}

const forbiddenInside: readonly (readonly [field: string, detail: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function checkNested(schema: JsonObject, path: string, errors: Errors): void {
  checkValueValidation(schema, path, errors);
  if (isJsonObject(schema.items)) checkNested(schema.items, `${path}.items`, errors);
  for (const [name, property] of Object.entries(asObject(schema.properties))) {
    checkNested(asObject(property), `${path}.properties[${name}]`, errors);
  }
  for (const [field, detail] of forbiddenInside) {
    const value = schema[field];
    const isUnset = !isSet(value) || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    if (!isUnset) errors.push(forbidden(`${path}.${field}`, detail));
  }
  if (Object.hasOwn(asObject(schema.properties), 'metadata')) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
}
