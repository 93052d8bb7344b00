/** Defaults in a schema must be values that the schema takes; what it would prune or refuse helps nobody. */
import { type FieldError, invalid } from '../../apimachinery/errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { sortedThroughout } from '../../apimachinery/schema/canonical.ts';
import { embeddedErrors } from '../../apimachinery/structural-schema/embedded-resources.ts';
import { pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import { metaFields, type Structural } from '../../apimachinery/structural-schema/structural.ts';
import { checkRules } from '../../apimachinery/structural-schema/validate-rules.ts';
import { validateValue } from '../../apimachinery/structural-schema/validate-value.ts';

/** `schema` is that of whole objects: kind, apiVersion and metadata are not its own. */
export function defaultErrors(schema: Structural, path: string): FieldError[] {
  const errors: FieldError[] = [];
  visit({ ...schema, isEmbedded: true, reaches: { ...schema.reaches, embedded: true } }, path, true, errors);
  return errors;
}

function visit(schema: Structural, path: string, isResource: boolean, errors: FieldError[]): void {
  const { default: value, items, reaches } = schema;
  if (value !== undefined) errors.push(...errorsOf(value, schema, `${path}.default`));
  if (!reaches.defaults) return;
  if (items !== undefined) visit(items, `${path}.items`, items.isEmbedded, errors);
  for (const [name, property] of schema.properties) {
    if (isResource && metaFields.has(name)) continue;
    visit(property, `${path}.properties[${name}]`, property.isEmbedded, errors);
  }
}

function errorsOf(given: JsonValue, schema: Structural, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const value = sortedThroughout(given);
  if (losesFields(value, schema)) errors.push(invalid(path, value, 'must not have unknown fields'));
  const embedded = isJsonObject(value) ? embeddedErrors(value, schema) : [];
  if (embedded.length > 0) {
    return [...errors, ...embedded.map((error) => ({ ...error, field: `${path}.${error.field.replace(/^\./, '')}` }))];
  }
  const found = validateValue(value, schema, undefined).fieldErrors(path);
  if (found.length > 0) return [...errors, ...found];
  const asUpdate = checkRules(value, value, schema, [], path).errors;
  return [...errors, ...(asUpdate.length > 0 ? asUpdate : checkRules(value, undefined, schema, [], path).errors)];
}

function losesFields(value: JsonValue, schema: Structural): boolean {
  const unknown: string[] = [];
  // In an object of its own, so that lists are looked into as well.
  const holder: JsonObject = { value: structuredClone(value) };
  pruneUnknown(holder, { ...schema, properties: new Map([['value', schema]]), preservesUnknown: false }, unknown);
  return unknown.length > 0;
}
