/** The built-in resources that the parts of a cluster act on, by their plural names. */
import type * as api from './api-types.ts';
import type { ResourceType } from './resource-type.ts';

/** "apps/v1 deployments Deployment"; cluster-scoped resources are said to be. */
function resourceType<T>(text: string, options: { cluster?: boolean } = {}): ResourceType<T> {
  const [groupVersion = '', resource = '', kind = ''] = text.split(' ');
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  return { group, version: groupVersion.slice(slash + 1), resource, kind, namespaced: options.cluster !== true };
}

const cluster = { cluster: true };

export const pods = resourceType<api.Pod>('v1 pods Pod');
export const nodes = resourceType<api.Node>('v1 nodes Node', cluster);
export const namespaces = resourceType<api.Namespace>('v1 namespaces Namespace', cluster);
export const services = resourceType<api.Service>('v1 services Service');
export const serviceAccounts = resourceType<api.ServiceAccount>('v1 serviceaccounts ServiceAccount');
export const configMaps = resourceType<api.ConfigMap>('v1 configmaps ConfigMap');
export const secrets = resourceType<api.Secret>('v1 secrets Secret');
export const endpoints = resourceType<api.Endpoints>('v1 endpoints Endpoints');
export const coreEvents = resourceType<api.CoreV1Event>('v1 events Event');
export const persistentVolumes = resourceType<api.PersistentVolume>('v1 persistentvolumes PersistentVolume', cluster);
export const persistentVolumeClaims = resourceType<api.PersistentVolumeClaim>(
  'v1 persistentvolumeclaims PersistentVolumeClaim',
);
export const replicationControllers = resourceType<api.ReplicationController>(
  'v1 replicationcontrollers ReplicationController',
);
export const resourceQuotas = resourceType<api.ResourceQuota>('v1 resourcequotas ResourceQuota');
export const deployments = resourceType<api.Deployment>('apps/v1 deployments Deployment');
export const replicaSets = resourceType<api.ReplicaSet>('apps/v1 replicasets ReplicaSet');
export const statefulSets = resourceType<api.StatefulSet>('apps/v1 statefulsets StatefulSet');
export const daemonSets = resourceType<api.DaemonSet>('apps/v1 daemonsets DaemonSet');
export const controllerRevisions = resourceType<api.ControllerRevision>(
  'apps/v1 controllerrevisions ControllerRevision',
);
export const jobs = resourceType<api.Job>('batch/v1 jobs Job');
export const cronJobs = resourceType<api.CronJob>('batch/v1 cronjobs CronJob');
export const horizontalPodAutoscalers = resourceType<api.HorizontalPodAutoscaler>(
  'autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler',
);
export const podDisruptionBudgets = resourceType<api.PodDisruptionBudget>(
  'policy/v1 poddisruptionbudgets PodDisruptionBudget',
);
export const endpointSlices = resourceType<api.EndpointSlice>('discovery.k8s.io/v1 endpointslices EndpointSlice');
export const serviceCidrs = resourceType<api.ServiceCidr>('networking.k8s.io/v1 servicecidrs ServiceCIDR', cluster);
export const clusterRoles = resourceType<api.ClusterRole>(
  'rbac.authorization.k8s.io/v1 clusterroles ClusterRole',
  cluster,
);
export const ipAddresses = resourceType<api.IpAddress>('networking.k8s.io/v1 ipaddresses IPAddress', cluster);
export const certificateSigningRequests = resourceType<api.CertificateSigningRequest>(
  'certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest',
  cluster,
);
export const storageClasses = resourceType<api.StorageClass>('storage.k8s.io/v1 storageclasses StorageClass', cluster);
export const volumeAttributesClasses = resourceType<api.VolumeAttributesClass>(
  'storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass',
  cluster,
);
export const csiNodes = resourceType<api.CsiNode>('storage.k8s.io/v1 csinodes CSINode', cluster);
export const csiDrivers = resourceType<api.CsiDriver>('storage.k8s.io/v1 csidrivers CSIDriver', cluster);
export const csiStorageCapacities = resourceType<api.CsiStorageCapacity>(
  'storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity',
);
export const volumeAttachments = resourceType<api.VolumeAttachment>(
  'storage.k8s.io/v1 volumeattachments VolumeAttachment',
  cluster,
);
export const priorityClasses = resourceType<api.PriorityClass>(
  'scheduling.k8s.io/v1 priorityclasses PriorityClass',
  cluster,
);
export const runtimeClasses = resourceType<api.RuntimeClass>('node.k8s.io/v1 runtimeclasses RuntimeClass', cluster);
export const leases = resourceType<api.Lease>('coordination.k8s.io/v1 leases Lease');
export const events = resourceType<api.EventsV1Event>('events.k8s.io/v1 events Event');
export const resourceClaims = resourceType<api.ResourceClaim>('resource.k8s.io/v1 resourceclaims ResourceClaim');
export const deviceClasses = resourceType<api.DeviceClass>('resource.k8s.io/v1 deviceclasses DeviceClass', cluster);
export const resourceSlices = resourceType<api.ResourceSlice>(
  'resource.k8s.io/v1 resourceslices ResourceSlice',
  cluster,
);
export const resourceClaimTemplates = resourceType<api.ResourceClaimTemplate>(
  'resource.k8s.io/v1 resourceclaimtemplates ResourceClaimTemplate',
);
export const validatingAdmissionPolicies = resourceType<api.ValidatingAdmissionPolicy>(
  'admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy',
  cluster,
);
export const storageVersionMigrations = resourceType<api.StorageVersionMigration>(
  'storagemigration.k8s.io/v1beta1 storageversionmigrations StorageVersionMigration',
  cluster,
);
export const podCertificateRequests = resourceType<api.PodCertificateRequest>(
  'certificates.k8s.io/v1beta1 podcertificaterequests PodCertificateRequest',
);
export const clusterTrustBundles = resourceType<api.ClusterTrustBundle>(
  'certificates.k8s.io/v1beta1 clustertrustbundles ClusterTrustBundle',
  cluster,
);
export const customResourceDefinitions = resourceType<api.CustomResourceDefinition>(
  'apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition',
  cluster,
);
export const apiServices = resourceType<api.ApiService>('apiregistration.k8s.io/v1 apiservices APIService', cluster);
