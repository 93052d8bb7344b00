/** Defaults in a schema must be values that the schema takes; what it would prune or refuse helps nobody. */
import { type FieldError, invalid } from '../../apimachinery/errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { sortedThroughout } from '../../apimachinery/schema/canonical.ts';
import { embeddedErrors } from '../../apimachinery/structural-schema/embedded-resources.ts';
import { pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import { metaFields, type Structural } from '../../apimachinery/structural-schema/structural.ts';
import { checkRules } from '../../apimachinery/structural-schema/validate-rules.ts';
import { validateDefault } from '../../apimachinery/structural-schema/validate-value.ts';

/** `schema` is that of whole objects: kind, apiVersion and metadata are not its own. */
export function defaultErrors(schema: Structural, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const root = { ...schema, isEmbedded: true, reaches: { ...schema.reaches, embedded: true } };
  visit(root, path, { root, around: asWhole, isMeta: false }, errors);
  return errors;
}

/** Where in a whole object a schema is. */
interface Place {
  readonly root: Structural;
  /** A whole object that has the value there. */
  readonly around: (value: JsonValue) => JsonObject;
  /** Within kind, apiVersion or metadata. */
  readonly isMeta: boolean;
}

function asWhole(value: JsonValue): JsonObject {
  return { apiVersion: 'validation/v1', kind: 'Validation', ...(isJsonObject(value) ? value : {}) };
}

function visit(schema: Structural, path: string, outer: Place, errors: FieldError[]): void {
  const { default: value, items, reaches } = schema;
  const place = schema.isEmbedded ? { root: schema, around: asWhole, isMeta: false } : outer;
  if (value !== undefined) errors.push(...errorsOf(value, schema, place, `${path}.default`));
  if (!reaches.defaults) return;
  const { root, around } = place;
  if (items !== undefined) {
    visit(items, `${path}.items`, { root, around: (item) => around([item]), isMeta: place.isMeta }, errors);
  }
  for (const [name, property] of schema.properties) {
    const isMeta = place.isMeta || (schema.isEmbedded && metaFields.has(name));
    const inner = { root, around: (item: JsonValue) => around({ [name]: item }), isMeta };
    visit(property, `${path}.properties[${name}]`, inner, errors);
  }
}

function errorsOf(given: JsonValue, schema: Structural, place: Place, path: string): readonly FieldError[] {
  const value = sortedThroughout(given);
  return place.isMeta ? errorsInMeta(value, schema, place, path) : errorsInContent(value, schema, path);
}

function errorsInMeta(
  value: JsonValue,
  schema: Structural,
  { root, around }: Place,
  path: string,
): readonly FieldError[] {
  const [problem] = embeddedErrors(around(value), root);
  if (problem === undefined) return errorsByRules(value, schema, path);
  const text = `${problem.field.replace(/^\./, '')}: ${problem.message}`;
  return [invalid(path, value, `must result in valid metadata: ${text}`)];
}

function errorsInContent(value: JsonValue, schema: Structural, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (losesFields(value, schema)) errors.push(invalid(path, value, 'must not have unknown fields'));
  const embedded = isJsonObject(value) ? embeddedErrors(value, schema) : [];
  if (embedded.length > 0) {
    return [...errors, ...embedded.map((error) => ({ ...error, field: `${path}.${error.field.replace(/^\./, '')}` }))];
  }
  return [...errors, ...errorsByRules(value, schema, path)];
}

function errorsByRules(value: JsonValue, schema: Structural, path: string): readonly FieldError[] {
  const found = validateDefault(value, schema).fieldErrors(path);
  if (found.length > 0) return found;
  const { errors, ratcheted } = checkRules(value, value, schema, [], path);
  const asUpdate = [...errors, ...ratcheted];
  return asUpdate.length > 0 ? asUpdate : checkRules(value, undefined, schema, [], path).errors;
}

function losesFields(value: JsonValue, schema: Structural): boolean {
  const unknown: string[] = [];
  // In an object of its own, so that lists are looked into as well.
  const holder: JsonObject = { value: structuredClone(value) };
  pruneUnknown(holder, { ...schema, properties: new Map([['value', schema]]), preservesUnknown: false }, unknown);
  return unknown.length > 0;
}
