/** Drops what a structural schema does not know, and nulls where none may be; in place, as decoding does for built-in kinds. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { metaFields, schemaOfField, type Structural } from './structural.ts';

type Schema = Structural | 'untyped' | undefined;

/** `found` gets the path of each field that was dropped, in no particular order. The root's kind, apiVersion and metadata stay. */
export function pruneUnknown(object: JsonObject, schema: Structural, found: string[] | undefined): void {
  new Pruner(found).root(object, schema);
}

class Pruner {
  readonly #found: string[] | undefined;

  constructor(found: string[] | undefined) {
    this.#found = found;
  }

  root(object: JsonObject, schema: Structural): void {
    this.#object(object, schema, { path: '', isResource: true });
  }

  #value(value: JsonValue, schema: Schema, path: string): void {
    if (Array.isArray(value)) {
      const items = typeof schema === 'object' ? schema.items : undefined;
      for (const [index, item] of value.entries()) {
        if (typeof item === 'object' && item !== null) this.#item(item, schema, items, `${path}[${index}]`);
      }
    } else if (isJsonObject(value)) {
      if (typeof schema === 'object') this.#object(value, schema, { path, isResource: schema.isEmbedded });
      else for (const key of Object.keys(value)) this.#drop(value, key, path);
    }
  }

  /** Of a list whose schema keeps what is unknown, items keep it too. */
  #item(item: JsonValue, list: Schema, schema: Structural | undefined, path: string): void {
    const keeps = typeof list === 'object' && list.preservesUnknown;
    if (!keeps) this.#value(item, schema, path);
    else if (schema !== undefined) this.#kept(item, schema, path);
  }

  #object(object: JsonObject, schema: Structural, at: { readonly path: string; readonly isResource: boolean }): void {
    const { path, isResource } = at;
    for (const key in object) {
      if (isResource && metaFields.has(key)) continue;
      const field = schemaOfField(schema, key);
      if (field === undefined) {
        if (!schema.preservesUnknown) this.#drop(object, key, path);
        continue;
      }
      const value = object[key];
      if (typeof value === 'object' && value !== null) this.#value(value, field, joined(path, key));
    }
  }

  /** Below a list that keeps what is unknown: only what its items' schema names is looked into. */
  #kept(value: JsonValue, schema: Structural, path: string): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        if (schema.items !== undefined && item !== null) this.#kept(item, schema.items, `${path}[${index}]`);
      }
    } else if (isJsonObject(value)) {
      this.#object(value, { ...schema, preservesUnknown: true }, { path, isResource: schema.isEmbedded });
    }
  }

  #drop(object: JsonObject, key: string, path: string): void {
    this.#found?.push(joined(path, key));
    delete object[key];
  }
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** Null is taken for unset where the schema neither allows it nor has a default to put in its place. True: something went. */
export function pruneNulls(value: JsonValue, schema: Structural): boolean {
  let changed = false;
  if (Array.isArray(value)) {
    if (schema.items === undefined) return false;
    for (const item of value) {
      if (typeof item === 'object' && item !== null && pruneNulls(item, schema.items)) changed = true;
    }
  } else if (isJsonObject(value)) {
    for (const key in value) {
      const field = schemaOfField(schema, key);
      if (typeof field !== 'object') continue;
      const item = value[key];
      if (item === null) {
        if (field.nullable || field.default !== undefined) continue;
        delete value[key];
        changed = true;
      } else if (typeof item === 'object' && pruneNulls(item, field)) changed = true;
    }
  }
  return changed;
}
