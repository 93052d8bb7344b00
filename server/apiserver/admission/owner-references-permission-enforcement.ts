/** OwnerReferencesPermissionEnforcement: who changes owners may delete the object, and who makes it block its owner may finalize that one. */
import { parseGroupVersion } from '../../apimachinery/schema/type-meta.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { OwnerReference } from '../../apimachinery/meta/object.ts';
import { type Authorizer, type RequestedAction, unasked } from '../authorization/authorizer.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ScopeOfKind } from './policy/params.ts';
import { refusal } from './refusal.ts';

export interface OwnerReferencesParts {
  readonly authorizer: Authorizer;
  readonly scopeOfKind: ScopeOfKind;
}

export function ownerReferencesPermissionEnforcement(parts: OwnerReferencesParts): AdmissionPlugin {
  return {
    name: 'OwnerReferencesPermissionEnforcement',
    operations: ['CREATE', 'UPDATE'],
    validate(attributes) {
      const { scope, subresource, object, old } = attributes;
      // Old kubelets break owners there, and the strategy keeps them as they were.
      if (scope.groupResource.resource === 'pods' && scope.groupResource.group === '' && subresource === 'status')
        return;
      const owners = object?.metadata.ownerReferences ?? [];
      if (owners.length === 0 && (old?.metadata.ownerReferences ?? []).length === 0) return;
      return checkOwners(attributes, owners, parts);
    },
  };
}

async function checkOwners(
  attributes: AdmissionAttributes,
  owners: readonly OwnerReference[],
  { authorizer, scopeOfKind }: OwnerReferencesParts,
): Promise<void> {
  const { user, scope, operation, namespace, name, subresource, old } = attributes;
  const before = old?.metadata.ownerReferences ?? [];
  if (owners.length === before.length && owners.every((owner, index) => jsonEquals(owner, before[index] ?? null)))
    return;
  const ask = async (info: Partial<RequestedAction>) =>
    authorizer.authorize({ user, info: { ...unasked, isResourceRequest: true, ...info } });
  // Whoever creates an object could have left it.
  if (operation !== 'CREATE') {
    const { group, resource } = scope.groupResource;
    const version = scope.version.version;
    const { decision, reason, error } = await ask({
      verb: 'delete',
      group,
      version,
      resource,
      subresource,
      namespace,
      name,
    });
    if (decision !== 'allow') {
      const why = `${reason}, ${error ?? '<nil>'}`;
      throw refusal(attributes, `cannot set an ownerRef on a resource you can't delete: ${why}`);
    }
  }
  const blocking = owners.filter((owner) => owner.blockOwnerDeletion === true && !blockedBefore(owner, before));
  if (blocking.length === 0) return;
  const anything = { verb: 'update', group: '*', version: '*', resource: '*', subresource: 'finalizers', name: '*' };
  if ((await ask(anything)).decision === 'allow') return;
  for (const { apiVersion, kind, name: ownerName } of blocking) {
    const { group, version } = parseGroupVersion(apiVersion);
    const owner = scopeOfKind({ group, version, kind });
    if (owner === undefined) {
      const missing = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
      throw refusal(
        attributes,
        `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}: ${missing}`,
      );
    }
    const { decision, reason, error } = await ask({
      verb: 'update',
      group,
      version,
      resource: owner.groupResource.resource,
      subresource: 'finalizers',
      name: ownerName,
      // An owner in a namespace is in the object's own.
      namespace: owner.definition.namespaced ? namespace : '',
    });
    if (decision === 'allow') continue;
    const why = `${reason}, ${error ?? '<nil>'}`;
    throw refusal(
      attributes,
      `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${why}`,
    );
  }
}

function blockedBefore({ uid }: OwnerReference, before: readonly OwnerReference[]): boolean {
  return before.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true);
}
