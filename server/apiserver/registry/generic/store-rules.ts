/** Small decisions of the generic store: which refusals to check again, what counts as a change, the status half. */
import { type StatusError, newBadRequest } from '../../../apimachinery/errors/status-error.ts';
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { zeroOf } from '../../../apimachinery/schema/canonical.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import type { ResourceDefinition } from './resource-definition.ts';

export function storageKeyPrefix(definition: Pick<ResourceDefinition, 'storagePrefix' | 'resource'>): string {
  const path = definition.storagePrefix ?? definition.resource;
  return `/registry/${path}/`;
}

/** Refusals that rest on what the cache showed; the store itself may say otherwise. */
export function mayBeStale(error: StatusError): boolean {
  return error.status.code === 404 || error.status.code === 409;
}

/** Names reach the store from URLs, where nothing has checked them. */
export function requirePathSegment(name: string): void {
  if (!/[/%]|^\.\.?$/.test(name)) return;
  const problems: string[] = [];
  if (name === '.' || name === '..') problems.push(`may not be '${name}'`);
  if (name.includes('/')) problems.push("may not contain '/'");
  if (name.includes('%')) problems.push("may not contain '%'");
  throw newBadRequest(`Name parameter invalid: ${goQuote(name)}: ${problems.join(';')}`);
}

export function changedBeyondMetadata(object: KubeObject, old: KubeObject): boolean {
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (field === 'metadata' || field === 'status' || field === 'kind' || field === 'apiVersion') continue;
    if (!semanticallyEqual(object[field], old[field])) return true;
  }
  return false;
}

export function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old.status === undefined) delete object.status;
  else object.status = old.status;
}

/** A status half that is always written becomes empty, one that may be absent goes. */
export function clearStatus(object: KubeObject, schema: StructSchema): void {
  const field = schema.byName.get('status');
  if (field?.always === true) object.status = zeroOf(field);
  else delete object.status;
}
