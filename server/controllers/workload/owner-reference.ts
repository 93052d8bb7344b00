/** Who controls an object, by its ownerReferences. */
import type { ObjectMeta, OwnerReference } from '../../apimachinery/meta/object.ts';
import type { Informer } from '../../client/informer.ts';
import type { Lister, Stored } from '../../client/lister.ts';
import { apiVersionOfType, type ResourceType } from '../../client/resource-type.ts';

const noOwners: readonly OwnerReference[] = [];

export function controllerOf({ metadata }: Stored): OwnerReference | undefined {
  // A loop: large workloads ask this of thousands of pods in every round.
  for (const reference of metadata.ownerReferences ?? noOwners) if (reference.controller === true) return reference;
  return undefined;
}

export function isControlledBy(object: Stored, owner: Stored): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

export function newControllerReference({ metadata }: Stored, type: ResourceType): OwnerReference {
  const { name = '', uid = '' } = metadata;
  return { apiVersion: apiVersionOfType(type), kind: type.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The owner that a reference names, if it is still the same one. */
export function resolveController<T extends Stored>(
  reference: OwnerReference | undefined,
  { owners, namespace }: { owners: Informer<T>; namespace: string | undefined },
): T | undefined {
  if (reference === undefined || reference.kind !== owners.type.kind) return undefined;
  const owner = owners.lister.get(reference.name, namespace);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

const controllerIndex = 'controller';

/** Makes controlledBy possible. */
export function indexByController<T extends Stored>(informer: Informer<T>): void {
  informer.addIndexes({ [controllerIndex]: (object) => [indexValue(controllerOf(object)?.uid, object.metadata)] });
}

function indexValue(uid: string | undefined, { namespace = '' }: ObjectMeta): string {
  return uid ?? `${namespace}/`;
}

/** What the owner controls; with `orphans`, also what nobody controls in its namespace. */
export function controlledBy<T extends Stored>(
  lister: Lister<T>,
  { metadata }: Stored,
  { orphans = false }: { orphans?: boolean } = {},
): T[] {
  const owned = lister.byIndex(controllerIndex, metadata.uid ?? '');
  return orphans ? [...owned, ...lister.byIndex(controllerIndex, indexValue(undefined, metadata))] : owned;
}
