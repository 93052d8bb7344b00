/** Assembles OpenAPI 3 documents: paths in their order, parameters shared by all operations of a path, responses. */
import type { OpenAPIV3 } from 'openapi-types';
import type { Descriptions } from '../../../openapi/descriptions.ts';
import { type JsonSchema, SCHEMAS } from './json-schema.ts';
import type { Operation, PathOperations } from './operation.ts';
import { describeParameter, type Parameter, splitParameters } from './parameters.ts';

/** `schemas` and operations carry x-kubernetes-… keywords beyond the type of OpenAPI itself. */
export type DocumentV3 = OpenAPIV3.Document<{ readonly [extension: `x-kubernetes-${string}`]: unknown }>;

export interface DocumentParts {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: readonly PathOperations[];
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  readonly descriptions: Descriptions;
  /** Custom resources' documents leave it out. */
  readonly secured: boolean;
}

/** Reasons of the status codes that operations answer with. */
export const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
};

export const SECURITY_SCHEME = {
  type: 'apiKey',
  description: 'Bearer Token authentication',
  name: 'authorization',
  in: 'header',
} as const;

export function documentV3({ info, paths, schemas, descriptions, secured }: DocumentParts): DocumentV3 {
  const components: Record<string, unknown> = {};
  if (schemas.size > 0) components.schemas = Object.fromEntries(schemas);
  if (secured) components.securitySchemes = { BearerToken: SECURITY_SCHEME };
  const document = {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(
      [...paths]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, operations }) => [path, pathItem(operations, descriptions)]),
    ),
    components,
  };
  return document;
}

function pathItem(operations: readonly Operation[], descriptions: Descriptions): Record<string, unknown> {
  const { shared, own } = splitParameters(operations);
  const item: Record<string, unknown> = {};
  operations.forEach((operation, i) => {
    item[operation.method] = writeOperation(operation, own[i] ?? [], descriptions);
  });
  if (shared.length > 0) item.parameters = shared.map((parameter) => writeParameter(parameter, descriptions));
  return item;
}

function writeOperation(
  operation: Operation,
  parameters: readonly Parameter[],
  descriptions: Descriptions,
): Record<string, unknown> {
  const { tag, description, id, body, consumes, produces, responses, action, gvk } = operation;
  const result: Record<string, unknown> = { tags: [tag], description, operationId: id };
  if (parameters.length > 0) result.parameters = parameters.map((parameter) => writeParameter(parameter, descriptions));
  if (body !== undefined) {
    const content = contentOf(consumes, body.typeName);
    result.requestBody = body.required ? { content, required: true } : { content };
  }
  const written: Record<string, unknown> = {};
  for (const { code, typeName } of responses) {
    const answer: Record<string, unknown> = { description: REASONS[code] };
    if (typeName !== undefined) answer.content = contentOf(produces, typeName);
    written[code] = answer;
  }
  result.responses = { ...written, 401: { description: REASONS[401] } };
  if (action !== undefined) result['x-kubernetes-action'] = action;
  if (gvk !== undefined) result['x-kubernetes-group-version-kind'] = gvk;
  return result;
}

function contentOf(mediaTypes: readonly string[], typeName: string): Record<string, unknown> {
  const schema = typeName === 'string' ? { type: 'string' } : { $ref: SCHEMAS + typeName };
  return Object.fromEntries([...mediaTypes].sort().map((mediaType) => [mediaType, { schema }]));
}

function writeParameter(parameter: Parameter, descriptions: Descriptions): Record<string, unknown> {
  const { name, in: location, type } = parameter;
  const description = describeParameter(parameter, descriptions);
  const result: Record<string, unknown> = { name, in: location };
  if (description !== undefined) result.description = description;
  if (location === 'path') result.required = true;
  result.schema = { type, uniqueItems: true };
  return result;
}
