/** Whole objects inside custom objects: their metadata is that of any object, whatever the schema says of them. */
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ObjectMeta } from '../meta/object.ts';
import { DecodeError } from '../schema/decode-error.ts';
import { decodeObject } from '../schema/decode-json.ts';
import { parseGroupVersion } from '../schema/type-meta.ts';
import type { StructSchema } from '../schema/type-schema.ts';
import { isDns1035Label, isPathSegmentName, isPathSegmentPrefix } from '../validation/names.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import type { Structural } from './structural.ts';

type Visit = (object: JsonObject, path: string) => void;

/**
 * Brings the metadata of embedded objects into form, in place; `found` gets the fields that it does not have. The root is not
 * visited: its metadata is read with the object.
 * @throws DecodeError for kinds, versions and metadata of a wrong type
 */
export function coerceEmbedded(
  object: JsonObject,
  schema: Structural,
  options: { readonly metadata: StructSchema; readonly found: string[] | undefined },
): void {
  visitEmbedded(object, schema, '', (embedded, path) => {
    for (const field of ['apiVersion', 'kind']) {
      const value = embedded[field];
      if (value !== undefined && typeof value !== 'string') {
        const { message } = invalid(field, value, 'must be a string');
        throw new DecodeError(`${path}.${field}: ${message}`);
      }
    }
    if (Object.hasOwn(embedded, 'metadata')) coerceMetadata(embedded, path, options);
  });
}

function coerceMetadata(
  embedded: JsonObject,
  path: string,
  { metadata: schema, found }: { readonly metadata: StructSchema; readonly found: string[] | undefined },
): void {
  const given = embedded.metadata ?? null;
  try {
    const { object, strictErrors } = decodeObject(schema, structuredClone(given), { strict: found !== undefined });
    if (object.creationTimestamp === null) delete object.creationTimestamp;
    for (const text of strictErrors) found?.push(`${path}.metadata.${fieldOf(text)}`);
    embedded.metadata = object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`${path}.metadata: ${invalid('', given, error.message).message}`);
  }
}

/** `labels.a` of `unknown field "labels.a"`. */
export function fieldOf(strictError: string): string {
  return strictError.slice(strictError.indexOf('"') + 1, -1);
}

export function embeddedErrors(object: JsonObject, schema: Structural): FieldError[] {
  const errors: FieldError[] = [];
  visitEmbedded(object, schema, '', (embedded, path) => checkEmbedded(embedded, path, errors));
  return errors;
}

function checkEmbedded(embedded: JsonObject, path: string, errors: FieldError[]): void {
  const { apiVersion, kind, metadata } = embedded;
  if (apiVersion === undefined) errors.push(required(`${path}.apiVersion`));
  if (kind === undefined) errors.push(required(`${path}.kind`));
  const refuse = (field: string, detail: string): void => {
    errors.push(invalid(`${path}.${field}`, embedded[field], detail));
  };
  if (apiVersion !== undefined) {
    if (typeof apiVersion !== 'string') refuse('apiVersion', 'must be a string');
    else if (apiVersion === '') refuse('apiVersion', 'must not be empty');
    else if (apiVersion.split('/').length > 2) refuse('apiVersion', versionProblem(apiVersion));
  }
  if (kind !== undefined) {
    if (typeof kind !== 'string') refuse('kind', 'must be a string');
    else if (kind === '') refuse('kind', 'must not be empty');
    else {
      const complaints = isDns1035Label(kind.toLowerCase());
      if (complaints.length > 0)
        refuse('kind', `may have mixed case, but should otherwise match: ${complaints.join(',')}`);
    }
  }
  if (isJsonObject(metadata)) {
    const meta = metadata as ObjectMeta;
    const options = {
      namespaced: (meta.namespace ?? '') !== '',
      validateName: (name: string, prefix: boolean) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name)),
      path: `${path}.metadata`,
    };
    // A name is not demanded.
    errors.push(...validateObjectMeta({ ...meta, name: meta.name ?? 'unnamed' }, options));
  }
}

function versionProblem(apiVersion: string): string {
  try {
    parseGroupVersion(apiVersion);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

function visitEmbedded(value: JsonValue, schema: Structural, path: string, visit: Visit): void {
  if (!schema.reaches.embedded) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) value.forEach((item, index) => visitEmbedded(item, items, `${path}[${index}]`, visit));
    return;
  }
  if (!isJsonObject(value)) return;
  if (schema.isEmbedded) visit(value, path);
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (typeof item !== 'object' || item === null) continue;
    const property = schema.properties.get(key);
    if (property !== undefined) visitEmbedded(item, property, path === '' ? key : `${path}.${key}`, visit);
    else if (typeof schema.additional === 'object') visitEmbedded(item, schema.additional, `${path}[${key}]`, visit);
  }
}
