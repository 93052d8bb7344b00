/** The part of JSON Schema that OpenAPI documents of Kubernetes use, in its OpenAPI 3 form. */
export interface JsonSchema {
  $ref?: string;
  description?: string;
  type?: string;
  nullable?: boolean;
  format?: string;
  default?: unknown;
  required?: readonly string[];
  enum?: readonly unknown[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  allOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  not?: JsonSchema;
  /** x-kubernetes-… and keywords that are only passed on. */
  [keyword: string]: unknown;
}

export const SCHEMAS = '#/components/schemas/';
export const DEFINITIONS = '#/definitions/';

export function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy with every property, item and value schema mapped; what is no schema there is dropped. */
export function mapNested(schema: JsonSchema, map: (nested: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const result: JsonSchema = rest;
  if (isJsonSchema(properties)) {
    const members = Object.entries(properties).filter(([, property]) => isJsonSchema(property));
    result.properties = Object.fromEntries(members.map(([name, property]) => [name, map(property)]));
  }
  if (isJsonSchema(items)) result.items = map(items);
  if (isJsonSchema(additionalProperties)) result.additionalProperties = map(additionalProperties);
  else if (additionalProperties !== undefined) result.additionalProperties = additionalProperties;
  return result;
}
