/** Admission of a connection (exec, attach, port-forward, proxy): its object is the options that the query gives. */
import { newBadRequest } from '../../../apimachinery/errors/status-error.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { apiVersionOf, type KubeObject } from '../../../apimachinery/meta/object.ts';
import { type FieldSchema, Kind } from '../../../apimachinery/schema/type-schema.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import type { ApiContext } from '../../request-context.ts';
import type { HandlerEnvironment } from '../handler-environment.ts';
import { parseFlag } from '../request-options.ts';
import { findSubresource } from '../status-half.ts';
import { admissionAttributes } from '../write-object.ts';

/** @throws StatusError */
export async function admitConnection(
  ctx: ApiContext,
  scope: ResourceScope,
  environment: HandlerEnvironment,
): Promise<void> {
  if (ctx.state.query?.has('dryRun') === true) throw newBadRequest('dryRun is not supported');
  const { admission } = environment;
  const parts = { ctx, scope, environment, operation: 'CONNECT' as const, dryRun: false };
  // They are no object with metadata.
  const options = connectionOptions(ctx, scope, environment) as KubeObject;
  const attributes = admissionAttributes(parts, options, undefined);
  await admission.mutate(attributes);
  await admission.validate(attributes);
}

function connectionOptions(ctx: ApiContext, scope: ResourceScope, { schemas }: HandlerEnvironment): JsonObject {
  const { subresource, parts } = ctx.state.info;
  const kind = findSubresource(scope.definition, subresource)?.kind;
  if (kind === undefined) throw new TypeError(`${scope.definition.resource}/${subresource} has no kind of its own`);
  const options: JsonObject = { kind: kind.kind, apiVersion: apiVersionOf(kind) };
  const { query } = ctx.state;
  for (const field of schemas.struct(kind.type).fields) {
    const values = query?.getAll(field.name) ?? [];
    const value = values.length === 0 ? undefined : readValue(field, values);
    if (value !== undefined) options[field.name] = value;
  }
  if (subresource === 'proxy') options.path = `/${parts.slice(3).join('/')}`.replace(/^\/$/, '');
  if (options.path === '') delete options.path;
  return options;
}

/** Undefined: what Go leaves out. */
function readValue({ schema }: FieldSchema, values: readonly string[]): JsonValue | undefined {
  switch (schema.kind) {
    case Kind.boolean:
      return parseFlag(values[0]) ? true : undefined;
    case Kind.list:
      return schema.element.kind === Kind.integer ? values.map(Number) : [...values];
    case Kind.string:
      return values[0] === '' ? undefined : values[0];
    default:
      return undefined;
  }
}
