/** Writes the OpenAPI 3 schemas of a custom resource and of its list from the schema in its definition. */
import { type Descriptions, describeReference } from '../../../openapi/descriptions.ts';
import { isJsonSchema, type JsonSchema, mapNested, SCHEMAS } from './json-schema.ts';
import { type CustomResource, listTypeName, type ServedResource } from './served-resource.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';
/** Any built-in kind describes kind and apiVersion as every kind does. */
const SOME_KIND = 'io.k8s.api.core.v1.Pod';

type CustomServedResource = ServedResource & { readonly custom: CustomResource };

function isCustom(resource: ServedResource): resource is CustomServedResource {
  return resource.custom !== undefined;
}

/** Schema of the kind; a definition without schema allows anything, so nothing more than "object" may be said. */
function customSchema(resource: CustomServedResource, descriptions: Descriptions): JsonSchema {
  const declared = resource.custom.schema();
  const schema: JsonSchema = isJsonSchema(declared) ? expand(declared, descriptions) : { type: 'object' };
  if (isJsonSchema(declared)) {
    schema.properties = {
      ...schema.properties,
      ...typeMeta(descriptions),
      metadata: metadata(OBJECT_META, descriptions),
    };
  }
  return withKind(schema, resource, resource.kind);
}

/** Schema of the list kind. */
function customListSchema(resource: CustomServedResource, descriptions: Descriptions): JsonSchema {
  const { kind, typeName, resource: plural, custom } = resource;
  const items = { type: 'array', description: `List of ${plural}.`, items: { $ref: SCHEMAS + typeName } };
  const schema: JsonSchema = {
    description: `${custom.listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: { ...typeMeta(descriptions), items, metadata: metadata(LIST_META, descriptions) },
  };
  return withKind(schema, resource, custom.listKind);
}

/** The schemas a custom resource adds to a document, by OpenAPI name. */
export function customSchemas(
  resources: readonly ServedResource[],
  descriptions: Descriptions,
): Map<string, () => JsonSchema> {
  const schemas = new Map<string, () => JsonSchema>();
  for (const resource of resources.filter(isCustom)) {
    schemas.set(resource.typeName, () => customSchema(resource, descriptions));
    schemas.set(listTypeName(resource), () => customListSchema(resource, descriptions));
  }
  return schemas;
}

function withKind(schema: JsonSchema, { group, version, custom }: CustomServedResource, kind: string): JsonSchema {
  schema['x-kubernetes-group-version-kind'] = [{ group, kind, version }];
  const { selectableFields = [] } = custom;
  if (selectableFields.length > 0) {
    schema['x-kubernetes-selectable-fields'] = selectableFields.map((path) => ({ fieldPath: path.replace(/^\./, '') }));
  }
  return schema;
}

function typeMeta(descriptions: Descriptions): Record<'apiVersion' | 'kind', JsonSchema> {
  const field = (name: string): JsonSchema => {
    const description = descriptions.field(SOME_KIND, name);
    return description === undefined ? { type: 'string' } : { description, type: 'string' };
  };
  return { apiVersion: field('apiVersion'), kind: field('kind') };
}

function metadata(typeName: string, descriptions: Descriptions): JsonSchema {
  const reference = { $ref: SCHEMAS + typeName };
  const description = describeReference(typeName, descriptions);
  return description === undefined ? reference : { description, allOf: [reference] };
}

/** Copies a structural schema and says in plain JSON Schema what two of its extensions imply. */
function expand(declared: JsonSchema, descriptions: Descriptions): JsonSchema {
  const schema = mapNested(declared, (nested) => expand(nested, descriptions));
  if (declared['x-kubernetes-int-or-string'] === true) expandIntOrString(schema);
  if (declared['x-kubernetes-embedded-resource'] === true) {
    const { properties } = schema;
    const required: unknown = schema.required;
    schema.properties = { ...properties, ...typeMeta(descriptions), metadata: metadata(OBJECT_META, descriptions) };
    schema.required = [...new Set([...(Array.isArray(required) ? (required as string[]) : []), 'kind', 'apiVersion'])];
  }
  return schema;
}

function expandIntOrString(schema: JsonSchema): void {
  const { anyOf, allOf } = schema;
  const alternatives = [{ type: 'integer' }, { type: 'string' }];
  if (isIntOrString(anyOf) || isIntOrString(allOf?.[0]?.anyOf)) return;
  if (anyOf === undefined) schema.anyOf = alternatives;
  else schema.allOf = [{ anyOf: alternatives }, ...(allOf ?? [])];
}

function isIntOrString(alternatives: readonly JsonSchema[] | undefined): boolean {
  return alternatives?.length === 2 && alternatives[0]?.type === 'integer' && alternatives[1]?.type === 'string';
}
