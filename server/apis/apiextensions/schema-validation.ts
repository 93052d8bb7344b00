/** What schemas of custom resources may not use of JSON Schema, and their list and map types. */
import { conversionProblem } from './convertible.ts';
import { forbidden, invalid, notSupportedText, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { checkOneOf, type Errors } from '../validation/checks.ts';
import { asInternal } from '../validation/internal-value.ts';
import { compileStructural } from '../../apimachinery/structural-schema/compile-structural.ts';
import { defaultErrors } from './default-validation.ts';
import { ruleCompileErrors } from './rule-validation.ts';
import { structuralErrors, unsupportedInStructural } from './structural-schema.ts';
import { asSent, fieldsSentIn } from '../../apimachinery/schema/sent-empties.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const reasons = ['FieldValueRequired', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueDuplicate'];

const allowedAtRoot = [
  'description',
  'type',
  'format',
  'title',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'required',
  'items',
  'properties',
  'externalDocs',
  'example',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
];
const allowedAtRootShown =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

const beforeType = ['id', '$schema', '$ref'];

const unsupported = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const setPrefix = 'must be atomic as item of a list with x-kubernetes-list-type=set';
const mapParent = "if parent array's x-kubernetes-list-type is map";

export interface SchemaParts {
  /** Of the field that holds openAPIV3Schema. */
  readonly path: string;
  /** The status is a subresource. */
  readonly hasStatus: boolean;
  /** An update leaves the schema as it is. */
  readonly isKept: boolean;
}

/** `validation` holds openAPIV3Schema. */
export function checkSchema(validation: JsonObject, { path, hasStatus, isKept }: SchemaParts, errors: Errors): void {
  if (!isJsonObject(validation.openAPIV3Schema)) return;
  const schema = validation.openAPIV3Schema;
  const schemaPath = `${path}.openAPIV3Schema`;
  const before = errors.length;
  if (hasStatus) checkRootWithStatus(schema, schemaPath, errors);
  if (schema.nullable === true) {
    errors.push(forbidden(`${schemaPath}.nullable`, 'nullable cannot be true at the root'));
  }
  const problem = unsupportedInStructural(schema);
  const structure = problem === undefined ? structuralErrors(schema, schemaPath) : [];
  errors.push(...structure);
  const structural = problem === undefined && structure.length === 0 ? compileStructural(schema) : undefined;
  const badDefaults = structural === undefined ? [] : defaultErrors(structural, schemaPath);
  errors.push(...badDefaults);
  const atNodes = errors.length;
  checkNode(schema, { isRoot: true, defaults: undefined, inMetadata: false }, schemaPath, errors);
  if (errors.length === before && problem !== undefined) errors.push(invalid(schemaPath, '', problem));
  if (structural === undefined || badDefaults.length > 0) return;
  errors.push(...ruleCompileErrors(structural, { path: schemaPath, others: errors.slice(atNodes), isKept }));
}

function checkRootWithStatus(schema: JsonObject, path: string, errors: Errors): void {
  const condition = 'at the root of the schema if the status subresource is enabled';
  const type = asText(schema.type);
  const others = fieldsSentIn(schema).filter((field) => !allowedAtRoot.includes(field));
  // The first one counts, in Go's order of the fields.
  if (type !== '' && type !== 'object' && !others.some((field) => beforeType.includes(field))) {
    errors.push(invalid(`${path}.type`, type, `only "object" is allowed as the type ${condition}`));
    return;
  }
  if (others.length === 0) return;
  const shown = asInternal('apiextensions.JSONSchemaProps', schema);
  errors.push(invalid(path, shown, `only [${allowedAtRootShown}] fields are allowed ${condition}`));
}

interface Place {
  readonly isRoot: boolean;
  /** Why defaults are refused here; undefined: they are not. */
  readonly defaults: string | undefined;
  readonly inMetadata: boolean;
}

function checkNode(schema: JsonObject, place: Place, path: string, errors: Errors): void {
  checkStandard(schema, place, path, errors);
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, detail));
  }
  checkChildren(schema, { ...place, isRoot: false }, place.isRoot, path, errors);
  checkExtensionTypes(schema, path, errors);
  checkListType(schema, path, errors);
  checkRules(schema, path, errors);
}

function checkStandard(schema: JsonObject, { defaults, inMetadata }: Place, path: string, errors: Errors): void {
  const type = asText(schema.type);
  if (type !== '' && !types.includes(type)) errors.push(notSupportedText(`${path}.type`, type, types));
  if (isSet(schema.default) && defaults !== undefined) {
    errors.push(forbidden(`${path}.default`, `must not be set ${defaults}`));
  }
  for (const field of unsupported) {
    const value = field === 'dependencies' ? asSent(schema, field) : schema[field];
    if (isSet(value)) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`));
  }
  if (type === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items)) {
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  }
  if (inMetadata && schema['x-kubernetes-embedded-resource'] === true) {
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  }
}

function checkChildren(schema: JsonObject, place: Place, isRoot: boolean, path: string, errors: Errors): void {
  const properties = Object.entries(asObject(schema.properties));
  const { additionalProperties: more } = schema;
  if (isSet(more)) {
    if (properties.length > 0 && more !== true) {
      const detail = 'additionalProperties and properties are mutual exclusive';
      errors.push(forbidden(`${path}.additionalProperties`, detail));
    }
    const reason = 'inside additionalProperties applying to object metadata';
    const inside = place.inMetadata ? { ...place, defaults: reason } : place;
    if (isJsonObject(more)) checkNode(more, inside, `${path}.additionalProperties`, errors);
  }
  for (const [name, property] of properties) {
    const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
    const isMeta = isResource && ['metadata', 'kind', 'apiVersion'].includes(name);
    const inside: Place = {
      isRoot: false,
      defaults: isMeta && isRoot ? `in top-level ${name}` : place.defaults,
      inMetadata: place.inMetadata || isMeta,
    };
    checkNode(asObject(property), inside, `${path}.properties[${name}]`, errors);
  }
  if (isJsonObject(schema.not)) checkNode(schema.not, place, `${path}.not`, errors);
  for (const list of ['allOf', 'oneOf', 'anyOf']) {
    asObjects(schema[list]).forEach((nested, index) => checkNode(nested, place, `${path}.${list}[${index}]`, errors));
  }
  checkNamed(schema.definitions, place, `${path}.definitions`, errors);
  if (isJsonObject(schema.items)) checkNode(schema.items, place, `${path}.items`, errors);
  asObjects(schema.items).forEach((item, index) => checkNode(item, place, `${path}.items[${index}]`, errors));
  checkNamed(schema.dependencies, place, `${path}.dependencies`, errors);
}

function checkNamed(schemas: JsonValue | undefined, place: Place, path: string, errors: Errors): void {
  const entries = Object.entries(asObject(schemas)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, nested] of entries) if (isJsonObject(nested)) checkNode(nested, place, `${path}[${name}]`, errors);
}

function checkExtensionTypes(schema: JsonObject, path: string, errors: Errors): void {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  if (preserve === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (!isSet(mapType)) return;
  checkRequiredType(schema, 'object', 'x-kubernetes-map-type', path, errors);
  if (mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupportedText(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
}

/** False for a type that is another. */
function checkRequiredType(
  schema: JsonObject,
  expected: string,
  extension: string,
  path: string,
  errors: Errors,
): boolean {
  const type = asText(schema.type);
  if (type === expected) return true;
  const detail = `must be ${expected} if ${extension} is specified`;
  errors.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  return false;
}

function checkListType(schema: JsonObject, path: string, errors: Errors): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = asTexts(schema['x-kubernetes-list-map-keys']);
  const items = isJsonObject(schema.items) ? schema.items : undefined;
  const typePath = `${path}.x-kubernetes-list-type`;
  if (isSet(listType)) {
    const isArray = checkRequiredType(schema, 'array', 'x-kubernetes-list-type', path, errors);
    if (isArray && listType === 'set' && items !== undefined) checkSetItems(items, path, errors);
    if (!['atomic', 'set', 'map'].includes(asText(listType))) {
      errors.push(notSupportedText(typePath, asText(listType), ['atomic', 'set', 'map']));
    }
  }
  if (keys.length > 0) {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    if (!isSet(listType)) errors.push(required(typePath, detail));
    else if (listType !== 'map') errors.push(invalid(typePath, listType, detail));
  }
  if (listType === 'map') checkMapItems(schema, keys, path, errors);
  if (items !== undefined && (listType === 'set' || listType === 'map')) {
    checkItemsNullable(items, listType, keys, path, errors);
  }
}

function checkSetItems(items: JsonObject, path: string, errors: Errors): void {
  const listType = items['x-kubernetes-list-type'];
  const mapType = items['x-kubernetes-map-type'];
  if (items.type === 'array' && isSet(listType) && listType !== 'atomic') {
    errors.push(invalid(`${path}.items.x-kubernetes-list-type`, listType, setPrefix));
  }
  if (items.type === 'object' && mapType !== 'atomic') {
    errors.push(invalid(`${path}.items.x-kubernetes-map-type`, listType ?? null, setPrefix));
  }
}

function checkMapItems(schema: JsonObject, keys: readonly string[], path: string, errors: Errors): void {
  const keysPath = `${path}.x-kubernetes-list-map-keys`;
  const items = asSent(schema, 'items');
  if (keys.length === 0) errors.push(required(keysPath, 'must not be empty if x-kubernetes-list-type is map'));
  if (!isSet(items)) errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  else if (!isJsonObject(items)) {
    const shown = asInternal('apiextensions.JSONSchemaPropsOrArray', items);
    errors.push(invalid(`${path}.items`, shown, 'must only have a single schema if x-kubernetes-list-type is map'));
  }
  if (!isJsonObject(items)) return;
  const type = asText(items.type);
  if (type !== 'object') {
    errors.push(invalid(`${path}.items.type`, type, `must be object ${mapParent}`));
    return;
  }
  const properties = asObject(items.properties);
  keys.forEach((key, index) => {
    if (!Object.hasOwn(properties, key)) {
      errors.push(invalid(keysPath, [...keys], 'entries must all be names of item properties'));
    } else if (['array', 'object'].includes(asText(asObject(properties[key]).type))) {
      errors.push(invalid(`${path}.items.properties[${key}].type`, type, `must be a scalar type ${mapParent}`));
    }
    if (keys.indexOf(key) < index) errors.push(invalid(keysPath, [...keys], 'must not contain duplicate entries'));
  });
}

function checkItemsNullable(
  items: JsonObject,
  listType: string,
  keys: readonly string[],
  path: string,
  errors: Errors,
): void {
  if (items.nullable === true) {
    const detail = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    errors.push(forbidden(`${path}.items.nullable`, detail));
  }
  if (listType !== 'map') return;
  const properties = asObject(items.properties);
  const needed = asTexts(items.required);
  for (const key of keys) {
    if (!Object.hasOwn(properties, key)) continue;
    const property = asObject(properties[key]);
    const keyPath = `${path}.items.properties[${key}]`;
    const reason = 'this property is in x-kubernetes-list-map-keys, so it';
    if (!needed.includes(key) && !isSet(property.default)) {
      errors.push(required(`${keyPath}.default`, `${reason} must have a default or be a required property`));
    }
    if (property.nullable === true) errors.push(forbidden(`${keyPath}.nullable`, `${reason} cannot be nullable`));
  }
}

function checkRules(schema: JsonObject, path: string, errors: Errors): void {
  asList(schema['x-kubernetes-validations']).forEach((value, index) => {
    const rulePath = `${path}.x-kubernetes-validations[${index}]`;
    checkRule(asObject(value), rulePath, errors);
    const fieldPath = asText(asObject(value).fieldPath);
    // Where the schema cannot be read nothing is known of its fields.
    if (fieldPath !== '' && !isFieldPath(fieldPath, schema) && conversionProblem(schema) === undefined) {
      errors.push(invalid(`${rulePath}.fieldPath`, fieldPath, 'must be a valid path'));
    }
  });
}

const pathSegment = /\.([^.[\]]+)|\['((?:[^'\\]|\\[abfnrtv'\\])*)'\]/y;

/** Field after field, each one that the schema has. */
function isFieldPath(path: string, root: JsonObject): boolean {
  let schema: JsonValue | undefined = root;
  for (let at = 0; at < path.length; at = pathSegment.lastIndex) {
    pathSegment.lastIndex = at;
    const found = pathSegment.exec(path);
    if (found === null || !isJsonObject(schema)) return false;
    const { properties, additionalProperties }: JsonObject = schema;
    const name = found[1] ?? found[2] ?? '';
    if (!isSet(properties)) schema = additionalProperties;
    else schema = Object.hasOwn(asObject(properties), name) ? asObject(properties)[name] : undefined;
    if (schema === undefined) return false;
  }
  return true;
}

function checkRule(rule: JsonObject, path: string, errors: Errors): void {
  const expression = asText(rule.rule).trim();
  const message = asText(rule.message);
  const hasBreaks = (text: JsonValue | undefined): boolean => /[\n\r]/.test(asText(text));
  if (expression === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') {
    errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  } else if (hasBreaks(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (hasBreaks(expression) && message.trim() === '') {
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  const messageExpression = asText(rule.messageExpression);
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (isSet(rule.reason)) checkOneOf(rule.reason, reasons, `${path}.reason`, errors);
  const fieldPath = asText(rule.fieldPath);
  if (fieldPath !== '' && fieldPath.trim() === '') {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  }
  if (hasBreaks(fieldPath)) errors.push(invalid(`${path}.fieldPath`, fieldPath, 'must not contain line breaks'));
}
