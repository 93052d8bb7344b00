/** Where an object can be changed: each value in it with the type that the facts give it. */
import { loadFacts, typeOfKind } from '../../../openapi/facts.ts';
import type { FieldFacts, TypeFacts } from '../../../openapi/type-facts.ts';
import type { Json, JsonObject } from '../case.ts';
import { customType, customTypeOfKind } from './custom-types.ts';

export type Path = readonly (string | number)[];

export interface Place {
  readonly path: Path;
  /** Type expression of the facts: "string", "[]#io.k8s.api.core.v1.Volume". */
  readonly type: string;
  /** Of the innermost field around. */
  readonly field: NamedField;
  readonly value: Json;
}

export interface NamedField {
  readonly name: string;
  readonly facts: FieldFacts;
}

export function typeOf(object: JsonObject): string {
  const [version = '', group = ''] = String(object.apiVersion).split('/').toReversed();
  const kind = String(object.kind);
  const type = typeOfKind({ group, version, kind }) ?? customTypeOfKind(String(object.apiVersion), kind);
  if (type === undefined) throw new Error(`no type for ${String(object.apiVersion)} ${String(object.kind)}`);
  return `#${type}`;
}

/** Undefined for what is no struct. */
export function structOf(type: string): TypeFacts | undefined {
  if (!type.startsWith('#')) return undefined;
  const facts = customType(type.slice(1)) ?? loadFacts().types[type.slice(1)];
  return facts?.special === undefined && facts?.fields !== undefined ? facts : undefined;
}

export function fieldOf(type: string, name: string): FieldFacts | undefined {
  const fields = structOf(type)?.fields;
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Name of a type that is treated in its own way: "Quantity", "Time". */
export function specialOf(type: string): string | undefined {
  return type.startsWith('#') ? loadFacts().types[type.slice(1)]?.special : undefined;
}

/** Every value inside the object, outer ones first; what its type does not know is left out. */
export function placesIn(object: JsonObject): Place[] {
  const root: NamedField = { name: '', facts: { t: typeOf(object) } };
  return [...walk(object, root.facts.t, root, [])].filter(({ path }) => path[0] !== 'apiVersion' && path[0] !== 'kind');
}

const SCHEMA = '#io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const SCHEMAS: readonly string[] = ['JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool'];

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* walk(value: Json, declared: string, field: NamedField, path: Path): Generator<Place> {
  // What may be a schema or something else is a schema where it is an object.
  const isSchema = isObject(value) && SCHEMAS.includes(specialOf(declared) ?? '');
  const type = isSchema ? SCHEMA : declared;
  yield { path, type, field, value };
  if (Array.isArray(value)) {
    if (!type.startsWith('[]')) return;
    for (const [index, item] of value.entries()) yield* walk(item, type.slice(2), field, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      if (type.startsWith('{}')) yield* walk(item, type.slice(2), field, [...path, key]);
      const facts = fieldOf(type, key);
      if (facts !== undefined) yield* walk(item, facts.t, { name: key, facts }, [...path, key]);
    }
  }
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}

/** "spec.containers[0].image" */
export function printPath(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
