/** managedFields of what the server writes by itself. */
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { type ResourceScope, toRequestVersion, toStorageVersion } from '../registry/resource-scope.ts';
import { type FieldManagerEnvironment, fieldManagerOf } from './endpoint-field-manager.ts';

/** What upstream's server calls itself when it is its own client. */
const ownName = 'kube-apiserver';

export interface OwnWrite {
  readonly scope: ResourceScope;
  /** "": the object itself. */
  readonly subresource: string;
  readonly environment: FieldManagerEnvironment;
  /** Unset: the server's own name. */
  readonly manager?: string | undefined;
}

/** Both objects are in the storage version. Mutates `next`. @param live undefined: it is created */
export function trackOwnWrite(
  { scope, subresource, environment, manager = ownName }: OwnWrite,
  next: KubeObject,
  live: KubeObject | undefined,
): void {
  const before = live === undefined ? undefined : toRequestVersion(scope, live);
  const fields = fieldManagerOf(scope, subresource, environment);
  const entries = fields.update(before, toRequestVersion(scope, next), manager);
  if (entries === undefined) delete next.metadata.managedFields;
  else next.metadata.managedFields = entries;
}

/** What the server applies to an object of the storage version, over whoever owned it. Never mutates. */
export function applyOwnWrite(
  { scope, subresource, environment, manager = ownName }: OwnWrite,
  configuration: JsonObject,
  live: KubeObject,
): KubeObject {
  const fields = fieldManagerOf(scope, subresource, environment);
  const { object: merged } = fields.apply(toRequestVersion(scope, live), configuration, { manager, force: true });
  return toStorageVersion(scope, merged as KubeObject);
}
