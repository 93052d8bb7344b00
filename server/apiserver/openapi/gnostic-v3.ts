/** Field numbers of the messages in gnostic's OpenAPIv3.proto, as far as the documents of a Kubernetes API server use them. */
import type { FieldKind, Message } from './gnostic-message.ts';

const SCHEMA: { fields?: Record<string, readonly [number, FieldKind]>; extensions: number } = { extensions: 36 };

const REFERENCE: Message = { fields: { $ref: [1, 'string'] } };

const SCHEMA_OR_REFERENCE: Message = {
  choose: (value) => (typeof value === 'object' && value !== null && '$ref' in value ? [2, REFERENCE] : [1, SCHEMA]),
};

SCHEMA.fields = {
  nullable: [1, 'bool'],
  example: [7, 'any'],
  title: [9, 'string'],
  multipleOf: [10, 'double'],
  maximum: [11, 'double'],
  exclusiveMaximum: [12, 'bool'],
  minimum: [13, 'double'],
  exclusiveMinimum: [14, 'bool'],
  maxLength: [15, 'int64'],
  minLength: [16, 'int64'],
  pattern: [17, 'string'],
  maxItems: [18, 'int64'],
  minItems: [19, 'int64'],
  uniqueItems: [20, 'bool'],
  maxProperties: [21, 'int64'],
  minProperties: [22, 'int64'],
  required: [23, 'strings'],
  enum: [24, 'anys'],
  type: [25, 'string'],
  allOf: [26, [SCHEMA_OR_REFERENCE]],
  oneOf: [27, [SCHEMA_OR_REFERENCE]],
  anyOf: [28, [SCHEMA_OR_REFERENCE]],
  not: [29, SCHEMA],
  items: [30, { choose: () => [1, [SCHEMA_OR_REFERENCE]] }],
  properties: [31, { named: [1, SCHEMA_OR_REFERENCE] }],
  additionalProperties: [
    32,
    { choose: (value) => (typeof value === 'boolean' ? [2, 'bool'] : [1, SCHEMA_OR_REFERENCE]) },
  ],
  default: [33, { choose: chooseDefault }],
  description: [34, 'string'],
  format: [35, 'string'],
};

/** Only scalars have a place in the message; the default of an object ({}) becomes an empty one. */
function chooseDefault(value: unknown): readonly [number, FieldKind] | undefined {
  switch (typeof value) {
    case 'number':
      return [1, 'double'];
    case 'boolean':
      return [2, 'bool'];
    case 'string':
      return [3, 'string'];
    default:
      return undefined;
  }
}

const MEDIA_TYPES: Message = { named: [1, { fields: { schema: [1, SCHEMA_OR_REFERENCE] } }] };

const PARAMETER: Message = {
  fields: {
    name: [1, 'string'],
    in: [2, 'string'],
    description: [3, 'string'],
    required: [4, 'bool'],
    schema: [10, SCHEMA_OR_REFERENCE],
  },
};

const PARAMETER_OR_REFERENCE: Message = { choose: () => [1, PARAMETER] };

const REQUEST_BODY: Message = { fields: { content: [2, MEDIA_TYPES], required: [3, 'bool'] } };

const RESPONSE: Message = { fields: { description: [1, 'string'], content: [3, MEDIA_TYPES] } };

const OPERATION: Message = {
  fields: {
    tags: [1, 'strings'],
    description: [3, 'string'],
    operationId: [5, 'string'],
    parameters: [6, [PARAMETER_OR_REFERENCE]],
    requestBody: [7, { choose: () => [1, REQUEST_BODY] }],
    responses: [8, { named: [2, { choose: () => [1, RESPONSE] }] }],
  },
  extensions: 13,
};

const PATH_ITEM: Message = {
  fields: {
    get: [4, OPERATION],
    put: [5, OPERATION],
    post: [6, OPERATION],
    delete: [7, OPERATION],
    options: [8, OPERATION],
    head: [9, OPERATION],
    patch: [10, OPERATION],
    parameters: [13, [PARAMETER_OR_REFERENCE]],
  },
  extensions: 14,
};

const SECURITY_SCHEME: Message = {
  fields: { type: [1, 'string'], description: [2, 'string'], name: [3, 'string'], in: [4, 'string'] },
};

const COMPONENTS: Message = {
  fields: {
    schemas: [1, { named: [1, SCHEMA_OR_REFERENCE] }],
    securitySchemes: [7, { named: [1, { choose: () => [1, SECURITY_SCHEME] }] }],
  },
};

export const DOCUMENT_V3: Message = {
  fields: {
    openapi: [1, 'string'],
    info: [2, { fields: { title: [1, 'string'], version: [6, 'string'] } }],
    paths: [4, { named: [1, PATH_ITEM] }],
    components: [5, COMPONENTS],
  },
  extensions: 9,
};
