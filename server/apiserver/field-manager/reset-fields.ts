/**
 * Fields that an endpoint takes in and does not write, so that nobody comes to own them through it. The rule: the object itself
 * resets its status where a subresource writes that, and the status subresource resets the spec. Source of the exceptions:
 * upstream's GetResetFields, a strategy each.
 */
import { emptySet, recursiveDifference, setOfPath, union } from '../../apimachinery/structured-merge/field-set.ts';
import { fieldElement } from '../../apimachinery/structured-merge/path-element.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';
import type { FieldFilter } from './ownership.ts';

/** By "resource.group/subresource". */
const exceptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['deployments.apps/status', ['spec', 'metadata.labels']],
  ['pods./status', ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences']],
  ['certificatesigningrequests.certificates.k8s.io/', ['spec', 'status']],
  ['certificatesigningrequests.certificates.k8s.io/status', ['spec', 'status.conditions']],
  ['certificatesigningrequests.certificates.k8s.io/approval', ['spec', 'status.certificate']],
  ['podcertificaterequests.certificates.k8s.io/', []],
  ['namespaces./finalize', ['status']],
]);

/** Resources whose status subresource writes no metadata either. */
const keepsMetadata = new Set([
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'storageversions.internal.apiserver.k8s.io',
  'flowschemas.flowcontrol.apiserver.k8s.io',
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  'servicecidrs.networking.k8s.io',
  'devicetaintrules.resource.k8s.io',
  'resourceclaims.resource.k8s.io',
  'resourcepoolstatusrequests.resource.k8s.io',
  'podgroups.scheduling.k8s.io',
  'volumeattachments.storage.k8s.io',
  'storageversionmigrations.storagemigration.k8s.io',
  'apiservices.apiregistration.k8s.io',
]);

export function resetFilter(definition: ResourceDefinition, subresource: string): FieldFilter | undefined {
  const resource = `${definition.resource}.${definition.group}`;
  const paths = exceptions.get(`${resource}/${subresource}`) ?? usualPaths(definition, resource, subresource);
  if (paths.length === 0) return undefined;
  const reset = paths.reduce((set, path) => union(set, setOfPath(path.split('.').map(fieldElement))), emptySet);
  return (set) => recursiveDifference(set, reset);
}

function usualPaths(definition: ResourceDefinition, resource: string, subresource: string): readonly string[] {
  if (subresource === 'status') {
    return definition.custom !== undefined || keepsMetadata.has(resource) ? ['spec', 'metadata'] : ['spec'];
  }
  const hasStatus = definition.subresources?.some(({ name }) => name === 'status') === true;
  return subresource === '' && hasStatus ? ['status'] : [];
}
