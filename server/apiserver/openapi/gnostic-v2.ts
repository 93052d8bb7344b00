/** Field numbers of the messages in gnostic's OpenAPIv2.proto, as far as the documents of a Kubernetes API server use them. */
import type { FieldKind, Message } from './gnostic-message.ts';

const SCHEMA: { fields?: Record<string, readonly [number, FieldKind]>; extensions: number } = { extensions: 31 };

SCHEMA.fields = {
  $ref: [1, 'string'],
  format: [2, 'string'],
  title: [3, 'string'],
  description: [4, 'string'],
  default: [5, 'any'],
  multipleOf: [6, 'double'],
  maximum: [7, 'double'],
  exclusiveMaximum: [8, 'bool'],
  minimum: [9, 'double'],
  exclusiveMinimum: [10, 'bool'],
  maxLength: [11, 'int64'],
  minLength: [12, 'int64'],
  pattern: [13, 'string'],
  maxItems: [14, 'int64'],
  minItems: [15, 'int64'],
  uniqueItems: [16, 'bool'],
  maxProperties: [17, 'int64'],
  minProperties: [18, 'int64'],
  required: [19, 'strings'],
  enum: [20, 'anys'],
  additionalProperties: [21, { choose: (value) => (typeof value === 'boolean' ? [2, 'bool'] : [1, SCHEMA]) }],
  type: [22, { choose: () => [1, 'strings'] }],
  items: [23, { choose: () => [1, [SCHEMA]] }],
  properties: [25, { named: [1, SCHEMA] }],
  example: [30, 'any'],
};

const JSON_REFERENCE: Message = { fields: { $ref: [1, 'string'] } };

const BODY_PARAMETER: Message = {
  fields: {
    description: [1, 'string'],
    name: [2, 'string'],
    in: [3, 'string'],
    required: [4, 'bool'],
    schema: [5, SCHEMA],
  },
};

const QUERY_PARAMETER: Message = {
  fields: {
    required: [1, 'bool'],
    in: [2, 'string'],
    description: [3, 'string'],
    name: [4, 'string'],
    type: [6, 'string'],
    uniqueItems: [20, 'bool'],
  },
};

const PATH_PARAMETER: Message = {
  fields: {
    required: [1, 'bool'],
    in: [2, 'string'],
    description: [3, 'string'],
    name: [4, 'string'],
    type: [5, 'string'],
    uniqueItems: [19, 'bool'],
  },
};

const NON_BODY_PARAMETER: Message = {
  choose: (value) => (locationOf(value) === 'path' ? [4, PATH_PARAMETER] : [3, QUERY_PARAMETER]),
};

const PARAMETER: Message = {
  choose: (value) => (locationOf(value) === 'body' ? [1, BODY_PARAMETER] : [2, NON_BODY_PARAMETER]),
};

const PARAMETERS_ITEM: Message = {
  choose: (value) => (locationOf(value) === undefined ? [2, JSON_REFERENCE] : [1, PARAMETER]),
};

const RESPONSE: Message = {
  fields: { description: [1, 'string'], schema: [2, { choose: () => [1, SCHEMA] }] },
};

const OPERATION: Message = {
  fields: {
    tags: [1, 'strings'],
    description: [3, 'string'],
    operationId: [5, 'string'],
    produces: [6, 'strings'],
    consumes: [7, 'strings'],
    parameters: [8, [PARAMETERS_ITEM]],
    responses: [9, { named: [1, { choose: () => [1, RESPONSE] }] }],
    schemes: [10, 'strings'],
  },
  extensions: 13,
};

const PATH_ITEM: Message = {
  fields: {
    get: [2, OPERATION],
    put: [3, OPERATION],
    post: [4, OPERATION],
    delete: [5, OPERATION],
    options: [6, OPERATION],
    head: [7, OPERATION],
    patch: [8, OPERATION],
    parameters: [9, [PARAMETERS_ITEM]],
  },
  extensions: 10,
};

const API_KEY_SECURITY: Message = {
  fields: { type: [1, 'string'], name: [2, 'string'], in: [3, 'string'], description: [4, 'string'] },
};

export const DOCUMENT_V2: Message = {
  fields: {
    swagger: [1, 'string'],
    info: [2, { fields: { title: [1, 'string'], version: [2, 'string'] } }],
    paths: [8, { named: [2, PATH_ITEM] }],
    definitions: [9, { named: [1, SCHEMA] }],
    parameters: [10, { named: [1, PARAMETER] }],
    security: [12, [{ named: [1, 'strings'] }]],
    securityDefinitions: [13, { named: [1, { choose: () => [2, API_KEY_SECURITY] }] }],
  },
  extensions: 16,
};

function locationOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'in' in value ? value.in : undefined;
}
