/** Types of custom resources in the form of the facts table, made from the schemas of their definitions. */
import type { FieldFacts, TypeFacts } from '../../../openapi/type-facts.ts';
import type { JsonObject } from '../case.ts';

const OBJECT_META = '#io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const TIME = '#io.k8s.apimachinery.pkg.apis.meta.v1.Time';
const INT_OR_STRING = '#io.k8s.apimachinery.pkg.util.intstr.IntOrString';

const types = new Map<string, TypeFacts>();

export function customType(name: string): TypeFacts | undefined {
  return types.get(name);
}

/** Name of the type of a kind that has been made known. */
export function customTypeOfKind(apiVersion: string, kind: string): string | undefined {
  const name = `${apiVersion}/${kind}`;
  return types.has(name) ? name : undefined;
}

export function addCustomKind(apiVersion: string, kind: string, schema: JsonObject): void {
  const name = `${apiVersion}/${kind}`;
  addStruct(name, schema);
  const facts = types.get(name);
  types.set(name, {
    go: kind,
    fields: { ...facts?.fields, apiVersion: { t: 'string' }, kind: { t: 'string' }, metadata: { t: OBJECT_META } },
  });
}

function addStruct(name: string, schema: JsonObject): void {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields: Record<string, FieldFacts> = {};
  for (const [field, inner] of Object.entries(objectOf(schema.properties))) {
    const property = objectOf(inner);
    const isRequired = required.includes(field);
    fields[field] = {
      t: typeOf(`${name}.${field}`, property),
      ...enumOf(property),
      ...(isRequired ? { req: true } : {}),
    };
  }
  types.set(name, { go: name, fields });
}

function typeOf(name: string, schema: JsonObject): string {
  if (schema['x-kubernetes-int-or-string'] === true) return INT_OR_STRING;
  switch (schema.type) {
    case 'object':
      if (schema.properties !== undefined) {
        addStruct(name, schema);
        return `#${name}`;
      }
      return typeof schema.additionalProperties === 'object'
        ? `{}${typeOf(`${name}{}`, objectOf(schema.additionalProperties))}`
        : 'any';
    case 'array':
      return `[]${typeOf(`${name}[]`, objectOf(schema.items))}`;
    case 'string':
      return schema.format === 'date-time' ? TIME : schema.format === 'byte' ? 'bytes' : 'string';
    case 'integer':
      return schema.format === 'int32' ? 'int32' : 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'any';
  }
}

/** Of the innermost element of lists and maps. */
function enumOf(schema: JsonObject): { readonly enum?: readonly string[] } {
  const list = schema.type === 'array' ? objectOf(schema.items).enum : schema.enum;
  const texts = Array.isArray(list) ? list.filter((value) => typeof value === 'string') : [];
  return texts.length === 0 ? {} : { enum: texts };
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
