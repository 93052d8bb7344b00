/** managedFields of a request that is an object of its own kind and never stored (a Binding, an Eviction, a TokenRequest): all of it is its sender's. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { decodeObject } from '../../apimachinery/schema/decode-json.ts';
import { mergeTypeOf } from '../../apimachinery/structured-merge/merge-type.ts';
import { FieldManager } from '../field-manager/field-manager.ts';
import type { ExpectedKind } from '../negotiation/decode-body.ts';
import type { ApiContext } from '../request-context.ts';
import type { HandlerEnvironment } from './handler-environment.ts';
import { managerName } from './track-fields.ts';

export interface SentRequest {
  readonly ctx: ApiContext;
  readonly environment: HandlerEnvironment;
  readonly expected: ExpectedKind;
  /** Of the options; "": named after the client's user agent. */
  readonly fieldManager: string;
}

/** Mutates the request. */
export function trackRequest({ ctx, environment, expected, fieldManager }: SentRequest, request: KubeObject): void {
  const managers = requestManager(environment, expected, ctx.state.info.subresource);
  const managedFields = managers.update(undefined, request, managerName(ctx, fieldManager));
  if (managedFields !== undefined) request.metadata.managedFields = managedFields;
}

/** Of a kind that has one version. */
export function requestManager(
  { clock }: HandlerEnvironment,
  { kind, apiVersion, schema }: ExpectedKind,
  subresource: string,
): FieldManager {
  const value = { ...decodeObject(schema, {}, { strict: false }).object, kind, apiVersion };
  return new FieldManager({
    empty: { apiVersion, type: mergeTypeOf(schema), value },
    kind,
    subresource,
    filter: undefined,
    convert: (object, version) => (object.apiVersion === version ? object : undefined),
    clock,
  });
}
