/** Common last step of the handlers: negotiate, encode, write. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { newInvalid } from '../../apimachinery/errors/status-error.ts';
import { notSupported } from '../../apimachinery/errors/field-error.ts';
import { negotiate } from '../negotiation/accept.ts';
import { encodeObject, encodeValue, type EncodeOptions, type ObjectSource } from '../negotiation/encode-object.ts';
import { contentTypeOf, plainJson, type Representation } from '../negotiation/media-types.ts';
import type { IncludeObject } from '../negotiation/table.ts';
import { writeAnswer } from '../negotiation/write-response.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { addWarning, type ApiContext, queryValue } from '../request-context.ts';
import type { HandlerEnvironment } from './handler-environment.ts';
import { wantsPretty } from './request-options.ts';

const objectAccept = { views: true, protobuf: true } as const;
const valueAccept = { views: false, protobuf: true } as const;

/** Call before the work is done: an answer that cannot be given must not follow a write. */
export function negotiateObject(ctx: ApiContext, environment: HandlerEnvironment): EncodeOptions {
  const representation = pretty(ctx, negotiate(ctx.req.headers.accept, objectAccept));
  const includeObject = representation.view === 'table' ? parseIncludeObject(ctx) : 'Metadata';
  return { representation, schemas: environment.schemas, now: environment.clock.now(), includeObject };
}

export function negotiateValue(ctx: ApiContext, environment: Pick<HandlerEnvironment, 'schemas'>): Pick<EncodeOptions, 'representation' | 'schemas'> {
  return { representation: pretty(ctx, negotiate(ctx.req.headers.accept, valueAccept)), schemas: environment.schemas };
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
  const error = notSupported('includeObject', value, ['Metadata', 'None', 'Object']);
  throw newInvalid({ group: 'meta.k8s.io', kind: 'TableOptions' }, '', [error]);
}

export async function answerObject(
  ctx: ApiContext,
  scope: ResourceScope,
  options: EncodeOptions,
  answer: { readonly status: number; readonly source: ObjectSource },
): Promise<void> {
  warnDeprecated(ctx, scope);
  await writeAnswer(ctx, {
    status: answer.status,
    contentType: contentTypeOf(options.representation),
    body: encodeObject(scope, answer.source, options),
  });
}

export async function answerValue(
  ctx: ApiContext,
  options: Pick<EncodeOptions, 'representation' | 'schemas'>,
  answer: { readonly status: number; readonly value: JsonObject },
): Promise<void> {
  await writeAnswer(ctx, {
    status: answer.status,
    contentType: contentTypeOf(options.representation),
    body: encodeValue(answer.value, options),
  });
}

export function warnDeprecated(ctx: ApiContext, scope: ResourceScope): void {
  const text = scope.version.deprecationWarning;
  if (text !== undefined) addWarning(ctx, text);
}
