/** Common last step of the handlers: negotiate, encode, write. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { failure, newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { negotiate, newUnacceptable } from '../negotiation/accept.ts';
import {
  encodeList,
  encodeObject,
  encodeValue,
  type EncodeOptions,
  type ListAnswer,
  type ObjectSource,
} from '../negotiation/encode-object.ts';
import { type Endpoint, endpoints } from '../negotiation/endpoint.ts';
import { internalType } from '../negotiation/go-names.ts';
import { contentTypeOf, plainJson, type Representation } from '../negotiation/media-types.ts';
import type { IncludeObject } from '../negotiation/table.ts';
import { writeAnswer } from '../negotiation/write-response.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { type ApiContext, queryValue } from '../request-context.ts';
import type { HandlerEnvironment } from './handler-environment.ts';
import { wantsPretty } from './request-options.ts';

/** Call before the work is done: an answer that cannot be given must not follow a write. */
export function negotiateObject(ctx: ApiContext, scope: ResourceScope, environment: HandlerEnvironment): EncodeOptions {
  const { virtual, verbs } = scope.definition;
  const isListed = virtual !== true || verbs?.includes('list') === true;
  const { objects, untypedObjects, tableless } = endpoints;
  const typed = isListed ? objects : tableless;
  if (scope.untyped !== undefined) return negotiateFor(ctx, environment, untypedObjects);
  const options = negotiateFor(ctx, environment, typed);
  requireOneObject(options, internalType(scope.group, scope.kind));
  return options;
}

/** @param type as Go calls it */
export function requireOneObject({ representation }: EncodeOptions, type: string): void {
  if (representation.view !== 'metadataList') return;
  throw newUnacceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (${type})`);
}

export function negotiateList(ctx: ApiContext, scope: ResourceScope, environment: HandlerEnvironment): EncodeOptions {
  const { lists, untypedLists } = endpoints;
  const options = negotiateFor(ctx, environment, scope.untyped === undefined ? lists : untypedLists);
  if (options.representation.view === 'metadata') {
    const untyped = '*unstructured.UnstructuredList';
    const type = scope.untyped === undefined ? internalType(scope.group, scope.listKind) : untyped;
    throw newUnacceptable(`you requested PartialObjectMetadata, but the requested object is a list (${type})`);
  }
  return options;
}

export function negotiateFor(ctx: ApiContext, environment: HandlerEnvironment, endpoint: Endpoint): EncodeOptions {
  const representation = pretty(ctx, negotiate(ctx.req.headers.accept, endpoint));
  const includeObject = representation.view === 'table' ? parseIncludeObject(ctx) : 'Metadata';
  const { schemas, segments, clock } = environment;
  return { representation, schemas, now: clock.now(), includeObject, segments };
}

export function negotiateValue(
  ctx: ApiContext,
  environment: Pick<HandlerEnvironment, 'schemas'>,
  endpoint: Endpoint,
): Pick<EncodeOptions, 'representation' | 'schemas'> {
  return { representation: pretty(ctx, negotiate(ctx.req.headers.accept, endpoint)), schemas: environment.schemas };
}

function pretty(ctx: ApiContext, representation: Representation): Representation {
  if (representation.format !== 'json' || !wantsPretty(ctx)) return representation;
  return representation === plainJson ? prettyJson : { ...representation, pretty: true };
}

const prettyJson: Representation = { ...plainJson, pretty: true };

function parseIncludeObject(ctx: ApiContext): IncludeObject {
  const value = queryValue(ctx, 'includeObject') ?? '';
  if (value === '' || value === 'Metadata') return 'Metadata';
  if (value === 'None' || value === 'Object') return value;
  const detail = "must be 'Metadata', 'Object', 'None', or empty";
  throw newBadRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(value)}: ${detail}`,
  );
}

/** As the audit trail shows it. */
function asJson(options: EncodeOptions): EncodeOptions {
  return { ...options, representation: { ...options.representation, format: 'json', pretty: false } };
}

export async function answerList(
  ctx: ApiContext,
  scope: ResourceScope,
  options: EncodeOptions,
  list: ListAnswer,
): Promise<void> {
  await writeAnswer(ctx, {
    status: 200,
    contentType: contentTypeOf(options.representation),
    body: encodeList(scope, list, options),
    shown() {
      const body = encodeList(scope, list, asJson(options));
      return ('bytes' in body ? body.bytes() : body).toString().trimEnd();
    },
  });
}

export async function answerObject(
  ctx: ApiContext,
  scope: ResourceScope,
  options: EncodeOptions,
  answer: { readonly status: number; readonly source: ObjectSource },
): Promise<void> {
  // To upstream an object without a type might be a list until it is looked into.
  if (options.representation.view === 'metadataList')
    throw failure({ code: 500, reason: '', message: 'content is not a list' });
  await writeAnswer(ctx, {
    status: answer.status,
    contentType: contentTypeOf(options.representation),
    body: encodeObject(scope, answer.source, options),
    shown: () => encodeObject(scope, answer.source, asJson(options)).toString().trimEnd(),
  });
}

export async function answerValue(
  ctx: ApiContext,
  options: Pick<EncodeOptions, 'representation' | 'schemas'>,
  answer: { readonly status: number; readonly value: JsonObject },
): Promise<void> {
  if (answer.value.kind === 'Status') ctx.state.audit?.addStatus(answer.value);
  await writeAnswer(ctx, {
    status: answer.status,
    contentType: contentTypeOf(options.representation),
    body: encodeValue(answer.value, options),
    shown: () => JSON.stringify(answer.value),
  });
}
