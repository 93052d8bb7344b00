/** From OpenAPI 2 to OpenAPI 3, for extension servers that have only the former. What is left out is what upstream's aggregator leaves out. */
import { asList, asObject, asText, asTexts } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import type { DocumentV3 } from './document-v3.ts';
import { DEFINITIONS, SCHEMAS } from './json-schema.ts';
import { withParameters } from './merge-v2.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

export function convertV2(v2: JsonObject): DocumentV3 {
  const { info, externalDocs, definitions, securityDefinitions, responses, produces } = v2;
  const mapped = (value: JsonValue | undefined, map: (value: JsonValue) => JsonValue): JsonObject | undefined =>
    value === undefined ? undefined : mapValues(asObject(value), map);
  // Parameters that are written once have no place in what upstream makes, which refers to them all the same.
  const paths = asObject(withParameters(v2.paths ?? {}, asObject(v2.parameters)));
  const document = {
    openapi: '3.0.0',
    ...present({ info, externalDocs }),
    paths: mapValues(paths, (item, path) => (path.startsWith('/') ? pathItem(asObject(item)) : item)),
    components: present({
      schemas: mapped(definitions, schemaOf),
      securitySchemes: mapped(securityDefinitions, securityScheme),
      responses: mapped(responses, (response) => responseOf(asObject(response), asTexts(produces))),
    }),
  };
  return document as unknown as DocumentV3;
}

function pathItem({ $ref, parameters, ...item }: JsonObject): JsonObject {
  const operations = methods.flatMap((method): [string, JsonValue][] => {
    const operation = item[method];
    return isJsonObject(operation) ? [[method, operationOf(operation)]] : [];
  });
  return {
    ...present({ $ref }),
    ...Object.fromEntries(operations),
    ...(asList(parameters).length === 0 ? {} : { parameters: asList(parameters).map(parameterOf) }),
    ...extensionsOf(item),
  };
}

function operationOf(operation: JsonObject): JsonObject {
  const { tags, summary, description, externalDocs, operationId, deprecated, consumes, produces } = operation;
  const isBody = (value: JsonValue): boolean =>
    isJsonObject(value) && value.name === 'body' && isJsonObject(value.schema);
  const all = asList(operation.parameters);
  const body = all.findLast(isBody);
  const parameters = all.filter((parameter) => !isBody(parameter)).map(parameterOf);
  return {
    ...present({ tags, summary, description, externalDocs, operationId }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: present({ content: contentOf(asObject(body).schema, consumes) }) }),
    responses: mapValues(asObject(operation.responses), (response, code) =>
      code.startsWith('x-') ? response : responseOf(asObject(response), asTexts(produces)),
    ),
    ...present({ deprecated }),
    ...extensionsOf(operation),
  };
}

/** Its schema is that of every media type; without media types it has no place. */
function contentOf(schema: JsonValue | undefined, mediaTypes: JsonValue | undefined): JsonObject | undefined {
  const types = asTexts(mediaTypes);
  if (types.length === 0) return undefined;
  return Object.fromEntries(types.map((type) => [type, { schema: schemaOf(schema ?? {}) }]));
}

function responseOf(response: JsonObject, produces: readonly string[]): JsonObject {
  const { $ref, description, schema } = response;
  return {
    ...present({ $ref: movedRef($ref, '#/responses/', '#/components/responses/'), description }),
    ...present({ content: schema === undefined ? undefined : contentOf(schema, [...produces]) }),
    ...extensionsOf(response),
  };
}

/** What a parameter of version 2 says of its values beside type and format is lost. */
function parameterOf(value: JsonValue): JsonObject {
  const parameter = asObject(value);
  const { name, in: location, description, required, allowEmptyValue, schema, type, format, uniqueItems } = parameter;
  return {
    ...present({ name, in: location, description, required, allowEmptyValue }),
    schema: schema === undefined ? present({ type, format, uniqueItems }) : schemaOf(schema),
    ...extensionsOf(parameter),
  };
}

function securityScheme(value: JsonValue): JsonObject {
  const scheme = asObject(value);
  const { type, description, name, in: location, flow, authorizationUrl, tokenUrl, scopes } = scheme;
  return {
    ...present({ type, description, name, in: location }),
    ...(asText(flow) === '' ? {} : { flows: { [asText(flow)]: present({ authorizationUrl, tokenUrl, scopes }) } }),
    ...extensionsOf(scheme),
  };
}

/** A reference has no neighbours in version 3: where it had some it goes into allOf. */
function schemaOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (!isJsonObject(value)) return value;
  const { $ref, ...rest } = value;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, partOf(key, part ?? null)]));
  if ($ref === undefined) return schema;
  const reference = { $ref: movedRef($ref, DEFINITIONS, SCHEMAS) ?? $ref };
  return Object.keys(schema).length === 0 ? reference : { ...schema, allOf: [reference] };
}

/** Defaults, examples and extensions are values, not schemas. */
function partOf(key: string, part: JsonValue): JsonValue {
  switch (key) {
    case 'properties':
    case 'patternProperties':
      return mapValues(asObject(part), schemaOf);
    case 'items':
    case 'additionalProperties':
    case 'additionalItems':
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
    case 'not':
      return schemaOf(part);
    default:
      return part;
  }
}

function movedRef(ref: JsonValue | undefined, from: string, to: string): JsonValue | undefined {
  return typeof ref === 'string' && ref.startsWith(from) ? to + ref.slice(from.length) : ref;
}

function extensionsOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key.startsWith('x-')));
}

function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function mapValues(object: JsonObject, map: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value ?? null, key)]));
}
