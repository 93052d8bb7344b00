/** Assembles the one OpenAPI 2 document of the whole server; parameters used everywhere are written once and referred to. */
import { createHash } from 'node:crypto';
import type { OpenAPIV2 } from 'openapi-types';
import type { Descriptions } from '../../../openapi/descriptions.ts';
import { type DocumentParts, REASONS, SECURITY_SCHEME } from './document-v3.ts';
import { DEFINITIONS } from './json-schema.ts';
import type { Operation } from './operation.ts';
import { describeParameter, type Parameter, splitParameters } from './parameters.ts';

export type DocumentV2 = OpenAPIV2.Document<{ readonly [extension: `x-kubernetes-${string}`]: unknown }>;

/** `schemas` are already in their OpenAPI 2 form. */
export function documentV2({ info, paths, schemas, descriptions }: Omit<DocumentParts, 'secured'>): DocumentV2 {
  const parameters = new SharedParameters(descriptions);
  const items = [...paths]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, operations }): [string, unknown] => [path, pathItem(operations, parameters)]);
  const { description, ...scheme } = SECURITY_SCHEME;
  const document = {
    swagger: '2.0',
    info,
    paths: Object.fromEntries(items),
    definitions: Object.fromEntries(schemas),
    parameters: parameters.definitions(),
    securityDefinitions: { BearerToken: { description, ...scheme } },
    security: [{ BearerToken: [] }],
  };
  return document as DocumentV2;
}

function pathItem(operations: readonly Operation[], parameters: SharedParameters): Record<string, unknown> {
  const { shared, own } = splitParameters(operations);
  const item: Record<string, unknown> = {};
  operations.forEach((operation, i) => {
    item[operation.method] = writeOperation(operation, own[i] ?? [], parameters);
  });
  if (shared.length > 0) item.parameters = shared.map((parameter) => parameters.write(parameter));
  return item;
}

function writeOperation(
  operation: Operation,
  ownParameters: readonly Parameter[],
  parameters: SharedParameters,
): Record<string, unknown> {
  const { tag, description, id, body, consumes, produces, responses, action, gvk } = operation;
  const result: Record<string, unknown> = { description };
  if (consumes.length > 0) result.consumes = consumes;
  result.produces = produces;
  result.schemes = ['https'];
  result.tags = [tag];
  result.operationId = id;
  const written = ownParameters.map((parameter) => parameters.write(parameter));
  if (body !== undefined) {
    const position = ownParameters.findIndex(({ name }) => name > 'body');
    written.splice(position < 0 ? written.length : position, 0, parameters.body(body.typeName, body.required));
  }
  if (written.length > 0) result.parameters = written;
  const answers: Record<string, unknown> = {};
  for (const { code, typeName } of responses) {
    const answer: Record<string, unknown> = { description: REASONS[code] };
    if (typeName !== undefined) answer.schema = schemaOf(typeName);
    answers[code] = answer;
  }
  result.responses = { ...answers, 401: { description: REASONS[401] } };
  if (action !== undefined) result['x-kubernetes-action'] = action;
  if (gvk !== undefined) result['x-kubernetes-group-version-kind'] = gvk;
  return result;
}

function schemaOf(typeName: string): unknown {
  return typeName === 'string' ? { type: 'string' } : { $ref: DEFINITIONS + typeName };
}

class SharedParameters {
  private readonly descriptions: Descriptions;
  private readonly byName = new Map<string, unknown>();
  private readonly names = new Map<string, string>();
  private readonly written = new Map<Parameter, unknown>();

  constructor(descriptions: Descriptions) {
    this.descriptions = descriptions;
  }

  write(parameter: Parameter): unknown {
    const known = this.written.get(parameter);
    if (known !== undefined) return known;
    const { name, in: location, type } = parameter;
    const description = describeParameter(parameter, this.descriptions);
    const definition: Record<string, unknown> = { uniqueItems: true, type };
    if (description !== undefined) definition.description = description;
    definition.name = name;
    definition.in = location;
    if (location === 'path') definition.required = true;
    const written = isShared(parameter) ? this.reference(name, definition) : definition;
    this.written.set(parameter, written);
    return written;
  }

  body(typeName: string, required: boolean): unknown {
    const definition: Record<string, unknown> = { name: 'body', in: 'body' };
    if (required) definition.required = true;
    definition.schema = schemaOf(typeName);
    return typeName.startsWith('io.k8s.apimachinery') ? this.reference('body', definition) : definition;
  }

  definitions(): Record<string, unknown> {
    return Object.fromEntries([...this.byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private reference(name: string, definition: unknown): unknown {
    const text = JSON.stringify(definition);
    let key = this.names.get(text);
    if (key === undefined) {
      key = `${name}-${createHash('sha256').update(text).digest().subarray(0, 6).toString('base64url')}`;
      this.names.set(text, key);
      this.byName.set(key, definition);
    }
    return { $ref: `#/parameters/${key}` };
  }
}

/** kubectl before 1.28 looks for dryRun and fieldValidation in the operation itself; names mention the kind. */
function isShared({ name }: Parameter): boolean {
  return name !== 'name' && name !== 'dryRun' && name !== 'fieldValidation';
}
