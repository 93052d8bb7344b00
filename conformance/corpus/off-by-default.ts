/**
 * Versions that servers serve only where they are told to (--runtime-config=api/all=true). Their manifests are their own, or
 * those of the version that they look like.
 */
import { type Manifest, readManifestsIn } from './corpus.ts';
import { CLUSTER, NAMESPACED, type Resource, resources, stored } from './resources.ts';

const own: readonly Resource[] = [
  stored('certificates.k8s.io/v1beta1', 'ClusterTrustBundle', 'clustertrustbundles', CLUSTER),
  stored('certificates.k8s.io/v1beta1', 'PodCertificateRequest', 'podcertificaterequests', NAMESPACED, 'status'),
  stored('coordination.k8s.io/v1beta1', 'LeaseCandidate', 'leasecandidates', NAMESPACED),
  stored('internal.apiserver.k8s.io/v1alpha1', 'StorageVersion', 'storageversions', CLUSTER, 'status'),
  stored('resource.k8s.io/v1alpha3', 'ResourcePoolStatusRequest', 'resourcepoolstatusrequests', CLUSTER, 'status'),
  stored('resource.k8s.io/v1beta1', 'ResourceClaim', 'resourceclaims', NAMESPACED, 'status'),
  stored('resource.k8s.io/v1beta1', 'ResourceClaimTemplate', 'resourceclaimtemplates', NAMESPACED),
  stored('resource.k8s.io/v1beta1', 'ResourceSlice', 'resourceslices', CLUSTER),
  stored('resource.k8s.io/v1beta2', 'DeviceTaintRule', 'devicetaintrules', CLUSTER, 'status'),
  stored('scheduling.k8s.io/v1alpha2', 'PodGroup', 'podgroups', NAMESPACED, 'status'),
  stored('scheduling.k8s.io/v1alpha2', 'Workload', 'workloads', NAMESPACED),
  stored('storagemigration.k8s.io/v1beta1', 'StorageVersionMigration', 'storageversionmigrations', CLUSTER, 'status'),
];

/** Kinds, the version that has their manifests, and versions of the same shape. */
const alike: readonly (readonly [kinds: readonly string[], from: string, to: readonly string[]])[] = [
  [
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
    'admissionregistration.k8s.io/v1',
    ['admissionregistration.k8s.io/v1beta1', 'admissionregistration.k8s.io/v1alpha1'],
  ],
  [['ClusterTrustBundle'], 'certificates.k8s.io/v1beta1', ['certificates.k8s.io/v1alpha1']],
  [['LeaseCandidate'], 'coordination.k8s.io/v1beta1', ['coordination.k8s.io/v1alpha2']],
  [
    ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
    'resource.k8s.io/v1',
    ['resource.k8s.io/v1beta2'],
  ],
  [['DeviceClass'], 'resource.k8s.io/v1', ['resource.k8s.io/v1beta1']],
  [['DeviceTaintRule'], 'resource.k8s.io/v1beta2', ['resource.k8s.io/v1alpha3']],
  [['VolumeAttributesClass'], 'storage.k8s.io/v1', ['storage.k8s.io/v1beta1']],
];

export function readOffByDefault(): readonly Manifest[] {
  const manifests = readManifestsIn('off-by-default', own);
  const known = [...readManifestsIn('manifests', resources), ...manifests];
  const derived = alike.flatMap(([kinds, from, versions]) => {
    const models = known.filter(({ object }) => object.apiVersion === from && kinds.includes(object.kind));
    return versions.flatMap((version) => inVersion(models, version));
  });
  return [...manifests, ...derived];
}

function inVersion(models: readonly Manifest[], apiVersion: string): Manifest[] {
  const versions = new Map<Resource, Resource>();
  return models.map(({ name, resource, object }) => {
    const its = versions.get(resource) ?? { ...resource, apiVersion };
    versions.set(resource, its);
    return { name: `${name}.${apiVersion.split('/').at(-1) ?? ''}`, resource: its, object: { ...object, apiVersion } };
  });
}
