/** Steps that create, update and patch share: the body as an object of the scope's version, then defaults, then admission. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionOperation } from '../admission/admission.ts';
import { decodeBody, type ExpectedKind, type FieldValidation, reportStrictErrors } from '../negotiation/decode-body.ts';
import { type ResourceScope, toStorageVersion } from '../registry/resource-scope.ts';
import type { WriteOptions } from '../registry/generic/store.ts';
import { addWarning, type ApiContext } from '../request-context.ts';
import { type HandlerEnvironment, strategyContext } from './handler-environment.ts';

/** The body as it was sent, of the kind that the endpoint takes. */
export function decodeRequest(
  ctx: ApiContext,
  environment: HandlerEnvironment,
  body: Buffer,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
): KubeObject {
  const { object, strictErrors } = decodeBody(body, ctx.req.headers['content-type'], expected, {
    strict: fieldValidation !== 'Ignore',
    schemas: environment.schemas,
  });
  reportStrictErrors(strictErrors, fieldValidation, expected, (text) => addWarning(ctx, text));
  return object;
}

/** The URL decides where an object lives; a body that says otherwise is refused. Mutates. */
export function settleNamespace(object: KubeObject, scope: ResourceScope, namespace: string): void {
  const { metadata } = object;
  if (!scope.definition.namespaced) return;
  if (metadata.namespace === undefined || metadata.namespace === '') metadata.namespace = namespace;
  else if (metadata.namespace !== namespace) {
    throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Defaults are those of the version that the client speaks; what is stored is the storage version. */
export function toStored(scope: ResourceScope, object: KubeObject): KubeObject {
  scope.applyDefaults(object);
  return toStorageVersion(scope, object);
}

export interface WriteParts {
  readonly ctx: ApiContext;
  readonly scope: ResourceScope;
  readonly environment: HandlerEnvironment;
  readonly operation: AdmissionOperation;
  readonly dryRun: boolean;
}

export function admissionAttributes(
  parts: WriteParts,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): AdmissionAttributes {
  const { ctx, scope, operation, dryRun } = parts;
  const { namespace, name, subresource } = ctx.state.info;
  const { user } = ctx.state;
  const warn = (text: string) => addWarning(ctx, text);
  return { operation, scope, namespace, name, subresource, user, dryRun, object, old, warn };
}

export function writeOptions(parts: WriteParts): WriteOptions {
  const { ctx, environment, dryRun } = parts;
  return {
    context: strategyContext(ctx, environment, dryRun),
    namespace: ctx.state.info.namespace,
    admit: (object, old) => environment.admission.validate(admissionAttributes(parts, object, old)),
    warn: (text) => addWarning(ctx, text),
  };
}
