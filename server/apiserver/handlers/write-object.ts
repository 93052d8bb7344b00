/** Steps that create, update and patch share: the body as an object of the scope's version, then defaults, then admission. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { DecodeError } from '../../apimachinery/schema/decode-error.ts';
import type { AdmissionAttributes } from '../admission/admission.ts';
import {
  decodeBody,
  type ExpectedKind,
  type FieldValidation,
  notHandled,
  reportStrictErrors,
} from '../negotiation/decode-body.ts';
import { type ResourceScope, toRequestVersion, toStorageVersion } from '../registry/resource-scope.ts';
import type { WriteOptions } from '../registry/generic/store-options.ts';
import { addAuditAnnotation, addLatency, addWarning, type ApiContext } from '../request-context.ts';
import { type HandlerEnvironment, strategyContext } from './handler-environment.ts';
import { operationOptions, type RequestedWrite } from './operation-options.ts';

/** The body as it was sent, of the kind that the endpoint takes. */
export function decodeRequest(
  ctx: ApiContext,
  environment: HandlerEnvironment,
  body: Buffer,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
): KubeObject {
  const decoded = decodeBody(body, ctx.req.headers['content-type'], expected, {
    strict: fieldValidation !== 'Ignore',
    schemas: environment.schemas,
  });
  reportStrictErrors(decoded, fieldValidation, expected, (text) => addWarning(ctx, text));
  return decoded.object;
}

/** For the audit trail: the object in the version of the request, with its defaults, before anybody else has changed it. */
export function recordRequest({ ctx, scope }: Pick<WriteParts, 'ctx' | 'scope'>, stored: KubeObject): void {
  ctx.state.audit?.addRequestObject(stored.metadata, () => toRequestVersion(scope, stored));
}

/** The URL decides where an object lives; a body that says otherwise is refused. Mutates. */
export function settleNamespace(object: KubeObject, scope: ResourceScope, namespace: string): void {
  const { metadata } = object;
  if (!scope.definition.namespaced) delete metadata.namespace;
  else if (metadata.namespace === undefined || metadata.namespace === '') metadata.namespace = namespace;
  else if (metadata.namespace !== namespace) {
    throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** What upstream's checkName does: the URL has the name, and the object must not have another. */
export function settleName(object: KubeObject, name: string): void {
  const given = object.metadata.name ?? '';
  if (given === '') {
    throw newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (given !== name)
    throw newBadRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

/** Owners that are there more than once with the same fields. Mutates. */
export function dropDuplicateOwners(
  object: KubeObject,
  warn: (text: string) => void,
  { admitted = false }: { readonly admitted?: boolean } = {},
): void {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined || owners.length < 2) return;
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  const kept = owners.filter((owner) => {
    const text = JSON.stringify([
      owner.apiVersion,
      owner.kind,
      owner.name,
      owner.uid,
      owner.controller,
      owner.blockOwnerDeletion,
    ]);
    if (!seen.has(text)) return seen.add(text);
    duplicates.add(owner.uid);
    return false;
  });
  if (duplicates.size === 0) return;
  object.metadata.ownerReferences = kept;
  warn(
    `.metadata.ownerReferences contains duplicate entries${admitted ? ' after mutating admission happens' : ''}; ` +
      'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your ' +
      `requests; duplicate UID(s) observed: ${[...duplicates].join(', ')}`,
  );
}

/** A body as it is to be stored. @throws StatusError 400 for what cannot be read, or not be converted */
export function storedFromBody(scope: ResourceScope, object: KubeObject): KubeObject {
  try {
    return toStored(scope, object);
  } catch (error) {
    if (error instanceof DecodeError) throw notHandled(scope.expected, error.message);
    throw error;
  }
}

/**
 * Defaults are those of the version that the client speaks; what is stored is the storage version.
 * @throws DecodeError for what has no place there
 */
export function toStored(scope: ResourceScope, object: KubeObject): KubeObject {
  scope.applyDefaults(object);
  return toStorageVersion(scope, object);
}

export interface WriteParts extends RequestedWrite {
  readonly scope: ResourceScope;
  readonly environment: HandlerEnvironment;
}

export function admissionAttributes(
  parts: WriteParts,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): AdmissionAttributes {
  const { ctx, scope, operation, dryRun } = parts;
  const { namespace, name, subresource } = ctx.state.info;
  return {
    operation,
    scope,
    namespace,
    // The path of a create ends with the collection; one of several that are deleted together has no name of its own.
    name: name === '' && operation !== 'DELETE' ? (object?.metadata.name ?? '') : name,
    subresource,
    user: ctx.state.user,
    dryRun,
    options: () => operationOptions(parts),
    reinvocation: undefined,
    object,
    old,
    warn: (text) => addWarning(ctx, text),
    took: (layer, milliseconds) => addLatency(ctx, layer, milliseconds),
    annotate(key, value, level) {
      if (level !== 'Request' || ctx.state.audit?.wantsRequest === true) addAuditAnnotation(ctx, key, value);
    },
  };
}

/** What is about to be written, changed by the plugins; where it lives is still for the URL to say. */
export async function mutate(parts: WriteParts, object: KubeObject, old: KubeObject | undefined): Promise<void> {
  const { ctx, scope, environment } = parts;
  await environment.admission.mutate(admissionAttributes(parts, object, old));
  settleNamespace(object, scope, ctx.state.info.namespace);
  dropDuplicateOwners(object, (text) => addWarning(ctx, text), { admitted: true });
}

export function writeOptions(parts: WriteParts): WriteOptions {
  const { ctx, environment, dryRun } = parts;
  return {
    context: strategyContext(ctx, environment, dryRun),
    namespace: ctx.state.info.namespace,
    admit: (object, old) => admit(parts, object, old),
    warn: (text) => addWarning(ctx, text),
  };
}

/** What is about to be stored, or deleted. */
export async function admit(parts: WriteParts, object: KubeObject, old: KubeObject | undefined): Promise<void> {
  const { admission } = parts.environment;
  // An update that finds nothing creates.
  const operation = parts.operation === 'UPDATE' && old === undefined ? 'CREATE' : parts.operation;
  const attributes = admissionAttributes({ ...parts, operation }, object, old);
  // What is deleted was not read from a body before: all plugins see it here.
  if (operation === 'DELETE') await admission.mutate(attributes);
  await admission.validate(attributes);
}
