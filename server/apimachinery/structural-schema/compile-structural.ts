/** From the JSON of a definition's openAPIV3Schema to its compiled form. The schema has been validated: odd values count as unset. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../json-access.ts';
import type { ListType } from '../schema/type-schema.ts';
import { checkedFormat } from './formats.ts';
import type { CelRule, Reach, Structural, ValueRules } from './structural.ts';

const NO_PROPERTIES: ReadonlyMap<string, Structural> = new Map();
const NOTHING: readonly never[] = [];
const NO_REACH: Reach = { defaults: false, embedded: false, keyedLists: false, validations: false };

export function compileStructural(schema: JsonObject): Structural {
  const properties = compileProperties(schema.properties);
  const { additionalProperties: more } = schema;
  const additional = isJsonObject(more) ? compileStructural(more) : isSet(more) ? 'untyped' : undefined;
  const items = isJsonObject(schema.items) ? compileStructural(schema.items) : undefined;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const listType = listTypeOf(schema['x-kubernetes-list-type']);
  const type = asText(schema.type);
  const validations = asObjects(schema['x-kubernetes-validations']).map(ruleOf);
  const types = intOrString ? ['integer', 'string'] : type === '' ? NOTHING : [type];
  const inner = [
    ...properties.values(),
    ...(typeof additional === 'object' ? [additional] : []),
    ...(items ? [items] : []),
  ];
  return {
    types,
    nullable: schema.nullable === true,
    intOrString,
    preservesUnknown: schema['x-kubernetes-preserve-unknown-fields'] === true,
    isEmbedded,
    properties,
    additional,
    items,
    default: isSet(schema.default) ? schema.default : undefined,
    listType,
    mapKeys: asTexts(schema['x-kubernetes-list-map-keys']),
    isAtomicMap: schema['x-kubernetes-map-type'] === 'atomic',
    rules: compileRules(schema, types),
    validations,
    reaches: reachOf(inner, { isEmbedded, listType, hasRules: validations.length > 0 }),
  };
}

function compileProperties(properties: JsonValue | undefined): ReadonlyMap<string, Structural> {
  if (!isJsonObject(properties)) return NO_PROPERTIES;
  const names = Object.keys(properties).sort();
  return new Map(names.map((name) => [name, compileStructural(asObject(properties[name]))]));
}

interface OwnReach {
  readonly isEmbedded: boolean;
  readonly listType: ListType | undefined;
  readonly hasRules: boolean;
}

function reachOf(inner: readonly Structural[], { isEmbedded, listType, hasRules }: OwnReach): Reach {
  const defaults = inner.some((schema) => schema.default !== undefined || schema.reaches.defaults);
  const embedded = isEmbedded || inner.some(({ reaches }) => reaches.embedded);
  const keyedLists = listType === 'set' || listType === 'map' || inner.some(({ reaches }) => reaches.keyedLists);
  const validations = hasRules || inner.some(({ reaches }) => reaches.validations);
  const isAny = defaults || embedded || keyedLists || validations;
  return isAny ? { defaults, embedded, keyedLists, validations } : NO_REACH;
}

function ruleOf(rule: JsonObject): CelRule {
  return {
    rule: asText(rule.rule),
    message: asText(rule.message),
    messageExpression: asText(rule.messageExpression),
    reason: asText(rule.reason),
    fieldPath: asText(rule.fieldPath),
    optionalOldSelf: typeof rule.optionalOldSelf === 'boolean' ? rule.optionalOldSelf : undefined,
  };
}

function listTypeOf(value: JsonValue | undefined): ListType | undefined {
  return value === 'atomic' || value === 'set' || value === 'map' ? value : undefined;
}

/** Rules without any demand are one object for all: most fields have none. */
function compileRules(schema: JsonObject, types: readonly string[]): ValueRules {
  const format = checkedFormat(asText(schema.format), types);
  const hasRules = format !== '' || ruleFields.some((field) => isSet(schema[field]) && schema[field] !== false);
  if (!hasRules) return NO_RULES;
  const nested = (value: JsonValue | undefined) => asObjects(value).map(compileStructural);
  return {
    format,
    maximum: numberOf(schema.maximum),
    exclusiveMaximum: schema.exclusiveMaximum === true,
    minimum: numberOf(schema.minimum),
    exclusiveMinimum: schema.exclusiveMinimum === true,
    multipleOf: numberOf(schema.multipleOf),
    maxLength: numberOf(schema.maxLength),
    minLength: numberOf(schema.minLength),
    pattern: asText(schema.pattern),
    maxItems: numberOf(schema.maxItems),
    minItems: numberOf(schema.minItems),
    uniqueItems: schema.uniqueItems === true,
    maxProperties: numberOf(schema.maxProperties),
    minProperties: numberOf(schema.minProperties),
    required: asTexts(schema.required),
    enum: Array.isArray(schema.enum) && schema.enum.length > 0 ? schema.enum : undefined,
    allOf: nested(schema.allOf),
    anyOf: nested(schema.anyOf),
    oneOf: nested(schema.oneOf),
    not: isJsonObject(schema.not) ? compileStructural(schema.not) : undefined,
  };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const NO_RULES: ValueRules = {
  format: '',
  maximum: undefined,
  exclusiveMaximum: false,
  minimum: undefined,
  exclusiveMinimum: false,
  multipleOf: undefined,
  maxLength: undefined,
  minLength: undefined,
  pattern: '',
  maxItems: undefined,
  minItems: undefined,
  uniqueItems: false,
  maxProperties: undefined,
  minProperties: undefined,
  required: NOTHING,
  enum: undefined,
  allOf: NOTHING,
  anyOf: NOTHING,
  oneOf: NOTHING,
  not: undefined,
};

const ruleFields = Object.keys(NO_RULES).filter((field) => field !== 'format');
