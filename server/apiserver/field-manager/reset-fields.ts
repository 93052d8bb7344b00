/**
 * Fields that an endpoint takes in and does not write, so that nobody comes to own them through it. The rule: the object itself
 * resets its status where a subresource writes that, and the status subresource resets the spec. Source of the exceptions:
 * upstream's GetResetFields, a strategy each.
 */
import {
  below,
  childOf,
  elementsOf,
  emptySet,
  type FieldSet,
  isEmptySet,
  isMember,
  newSet,
  recursiveDifference,
  setOfPath,
  union,
} from '../../apimachinery/structured-merge/field-set.ts';
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

/** Subresources that write nothing but these: a star stands for any item. */
const onlyThese: ReadonlyMap<string, readonly string[]> = new Map([
  ['pods./ephemeralcontainers', ['spec.ephemeralContainers']],
  [
    'pods./resize',
    ['containers', 'initContainers'].flatMap((list) => [`spec.${list}.*.resources`, `spec.${list}.*.resizePolicy`]),
  ],
]);

export function resetFilter(definition: ResourceDefinition, subresource: string): FieldFilter | undefined {
  const resource = `${definition.resource}.${definition.group}`;
  const only = onlyThese.get(`${resource}/${subresource}`);
  if (only !== undefined) {
    const paths = only.map((path) => path.split('.'));
    return (set) => matching(set, paths);
  }
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

/** Of a set, what lies at or below one of the paths. */
function matching(set: FieldSet, paths: readonly (readonly string[])[]): FieldSet {
  const entries: [string, FieldSet][] = [];
  for (const element of elementsOf(set)) {
    const left = paths
      .filter(([first]) => first === '*' || fieldElement(first ?? '') === element)
      .map(([, ...rest]) => rest);
    if (left.length === 0) continue;
    const node = childOf(set, element) ?? emptySet;
    const inner = below(set, element) ?? emptySet;
    const kept = left.some((rest) => rest.length === 0) ? inner : matching(inner, left);
    // A matcher takes the steps on its way too, where they are members.
    if (isEmptySet(kept) && !isMember(node)) continue;
    entries.push([element, isMember(node) && !isEmptySet(kept) ? { '.': emptySet, ...kept } : kept]);
  }
  return newSet(entries);
}
