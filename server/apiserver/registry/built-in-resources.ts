/** Every built-in resource, and the API groups in the order in which discovery lists them. */
import type { ResourceDefinition } from './generic/resource-definition.ts';
import { mutatingAdmissionPolicies } from './admissionregistration/mutatingadmissionpolicies/definition.ts';
import { mutatingAdmissionPolicyBindings } from './admissionregistration/mutatingadmissionpolicybindings/definition.ts';
import { mutatingWebhookConfigurations } from './admissionregistration/mutatingwebhookconfigurations/definition.ts';
import { validatingAdmissionPolicies } from './admissionregistration/validatingadmissionpolicies/definition.ts';
import { validatingAdmissionPolicyBindings } from './admissionregistration/validatingadmissionpolicybindings/definition.ts';
import { validatingWebhookConfigurations } from './admissionregistration/validatingwebhookconfigurations/definition.ts';
import { customResourceDefinitions } from './apiextensions/customresourcedefinitions/definition.ts';
import { apiServices } from './apiregistration/apiservices/definition.ts';
import { controllerRevisions } from './apps/controllerrevisions/definition.ts';
import { daemonSets } from './apps/daemonsets/definition.ts';
import { deployments } from './apps/deployments/definition.ts';
import { replicaSets } from './apps/replicasets/definition.ts';
import { statefulSets } from './apps/statefulsets/definition.ts';
import { selfSubjectReviews } from './authentication/selfsubjectreviews/definition.ts';
import { tokenReviews } from './authentication/tokenreviews/definition.ts';
import { localSubjectAccessReviews } from './authorization/localsubjectaccessreviews/definition.ts';
import { selfSubjectAccessReviews } from './authorization/selfsubjectaccessreviews/definition.ts';
import { selfSubjectRulesReviews } from './authorization/selfsubjectrulesreviews/definition.ts';
import { subjectAccessReviews } from './authorization/subjectaccessreviews/definition.ts';
import { horizontalPodAutoscalers } from './autoscaling/horizontalpodautoscalers/definition.ts';
import { cronJobs } from './batch/cronjobs/definition.ts';
import { jobs } from './batch/jobs/definition.ts';
import { certificateSigningRequests } from './certificates/certificatesigningrequests/definition.ts';
import { clusterTrustBundles } from './certificates/clustertrustbundles/definition.ts';
import { podCertificateRequests } from './certificates/podcertificaterequests/definition.ts';
import { leaseCandidates } from './coordination/leasecandidates/definition.ts';
import { leases } from './coordination/leases/definition.ts';
import { bindings } from './core/bindings/definition.ts';
import { componentStatuses } from './core/componentstatuses/definition.ts';
import { configMaps } from './core/configmaps/definition.ts';
import { endpoints } from './core/endpoints/definition.ts';
import { events } from './core/events/definition.ts';
import { limitRanges } from './core/limitranges/definition.ts';
import { namespaces } from './core/namespaces/definition.ts';
import { nodes } from './core/nodes/definition.ts';
import { persistentVolumeClaims } from './core/persistentvolumeclaims/definition.ts';
import { persistentVolumes } from './core/persistentvolumes/definition.ts';
import { pods } from './core/pods/definition.ts';
import { podTemplates } from './core/podtemplates/definition.ts';
import { replicationControllers } from './core/replicationcontrollers/definition.ts';
import { resourceQuotas } from './core/resourcequotas/definition.ts';
import { secrets } from './core/secrets/definition.ts';
import { serviceAccounts } from './core/serviceaccounts/definition.ts';
import { services } from './core/services/definition.ts';
import { endpointSlices } from './discovery/endpointslices/definition.ts';
import { eventsK8sIoEvents } from './events/events/definition.ts';
import { flowSchemas } from './flowcontrol/flowschemas/definition.ts';
import { priorityLevelConfigurations } from './flowcontrol/prioritylevelconfigurations/definition.ts';
import { storageVersions } from './internal/storageversions/definition.ts';
import { ingressClasses } from './networking/ingressclasses/definition.ts';
import { ingresses } from './networking/ingresses/definition.ts';
import { ipAddresses } from './networking/ipaddresses/definition.ts';
import { networkPolicies } from './networking/networkpolicies/definition.ts';
import { serviceCidrs } from './networking/servicecidrs/definition.ts';
import { runtimeClasses } from './node/runtimeclasses/definition.ts';
import { podDisruptionBudgets } from './policy/poddisruptionbudgets/definition.ts';
import { clusterRoleBindings } from './rbac/clusterrolebindings/definition.ts';
import { clusterRoles } from './rbac/clusterroles/definition.ts';
import { roleBindings } from './rbac/rolebindings/definition.ts';
import { roles } from './rbac/roles/definition.ts';
import { deviceClasses } from './resource/deviceclasses/definition.ts';
import { deviceTaintRules } from './resource/devicetaintrules/definition.ts';
import { resourceClaims } from './resource/resourceclaims/definition.ts';
import { resourceClaimTemplates } from './resource/resourceclaimtemplates/definition.ts';
import { resourcePoolStatusRequests } from './resource/resourcepoolstatusrequests/definition.ts';
import { resourceSlices } from './resource/resourceslices/definition.ts';
import { podGroups } from './scheduling/podgroups/definition.ts';
import { priorityClasses } from './scheduling/priorityclasses/definition.ts';
import { workloads } from './scheduling/workloads/definition.ts';
import { csiDrivers } from './storage/csidrivers/definition.ts';
import { csiNodes } from './storage/csinodes/definition.ts';
import { csiStorageCapacities } from './storage/csistoragecapacities/definition.ts';
import { storageClasses } from './storage/storageclasses/definition.ts';
import { volumeAttachments } from './storage/volumeattachments/definition.ts';
import { volumeAttributesClasses } from './storage/volumeattributesclasses/definition.ts';
import { storageVersionMigrations } from './storagemigration/storageversionmigrations/definition.ts';

export interface ApiGroupVersion {
  readonly version: string;
  /** APIService.spec.versionPriority: the highest comes first in discovery. */
  readonly priority: number;
}

export interface ApiGroup {
  /** "" for core. */
  readonly group: string;
  /** APIService.spec.groupPriorityMinimum. */
  readonly priority: number;
  /** In order of preference: the first served one is the group's preferred version. */
  readonly versions: readonly ApiGroupVersion[];
}

/** In discovery's order, groups that are off by default included. */
export const builtInGroups: readonly ApiGroup[] = [
  { group: '', priority: 18000, versions: [{ version: 'v1', priority: 1 }] },
  { group: 'apiregistration.k8s.io', priority: 18000, versions: [{ version: 'v1', priority: 0 }] },
  { group: 'apps', priority: 17800, versions: [{ version: 'v1', priority: 15 }] },
  { group: 'events.k8s.io', priority: 17750, versions: [{ version: 'v1', priority: 15 }] },
  { group: 'authentication.k8s.io', priority: 17700, versions: [{ version: 'v1', priority: 15 }] },
  { group: 'authorization.k8s.io', priority: 17600, versions: [{ version: 'v1', priority: 15 }] },
  {
    group: 'autoscaling',
    priority: 17500,
    versions: [
      { version: 'v2', priority: 30 },
      { version: 'v1', priority: 15 },
    ],
  },
  { group: 'batch', priority: 17400, versions: [{ version: 'v1', priority: 15 }] },
  {
    group: 'certificates.k8s.io',
    priority: 17300,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1beta1', priority: 9 },
      { version: 'v1alpha1', priority: 1 },
    ],
  },
  {
    group: 'networking.k8s.io',
    priority: 17200,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1beta1', priority: 9 },
    ],
  },
  { group: 'policy', priority: 17100, versions: [{ version: 'v1', priority: 15 }] },
  { group: 'rbac.authorization.k8s.io', priority: 17000, versions: [{ version: 'v1', priority: 15 }] },
  {
    group: 'storage.k8s.io',
    priority: 16800,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1beta1', priority: 9 },
    ],
  },
  {
    group: 'admissionregistration.k8s.io',
    priority: 16700,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1beta1', priority: 12 },
      { version: 'v1alpha1', priority: 9 },
    ],
  },
  { group: 'apiextensions.k8s.io', priority: 16700, versions: [{ version: 'v1', priority: 15 }] },
  {
    group: 'scheduling.k8s.io',
    priority: 16600,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1alpha2', priority: 2 },
    ],
  },
  {
    group: 'coordination.k8s.io',
    priority: 16500,
    versions: [
      { version: 'v1', priority: 15 },
      { version: 'v1beta1', priority: 13 },
      { version: 'v1alpha2', priority: 12 },
    ],
  },
  { group: 'node.k8s.io', priority: 16300, versions: [{ version: 'v1', priority: 15 }] },
  { group: 'discovery.k8s.io', priority: 16200, versions: [{ version: 'v1', priority: 15 }] },
  {
    group: 'resource.k8s.io',
    priority: 16200,
    versions: [
      { version: 'v1', priority: 21 },
      { version: 'v1beta2', priority: 15 },
      { version: 'v1beta1', priority: 9 },
      { version: 'v1alpha3', priority: 1 },
    ],
  },
  { group: 'flowcontrol.apiserver.k8s.io', priority: 16100, versions: [{ version: 'v1', priority: 21 }] },
  { group: 'internal.apiserver.k8s.io', priority: 16000, versions: [{ version: 'v1alpha1', priority: 9 }] },
  { group: 'storagemigration.k8s.io', priority: 15800, versions: [{ version: 'v1beta1', priority: 9 }] },
];

/** Grouped as builtInGroups, by name within a group: the order of discovery. */
export const builtInResources: readonly ResourceDefinition[] = [
  bindings,
  componentStatuses,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  apiServices,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  eventsK8sIoEvents,
  selfSubjectReviews,
  tokenReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  cronJobs,
  jobs,
  certificateSigningRequests,
  clusterTrustBundles,
  podCertificateRequests,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCidrs,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  podGroups,
  priorityClasses,
  workloads,
  leaseCandidates,
  leases,
  runtimeClasses,
  endpointSlices,
  deviceClasses,
  deviceTaintRules,
  resourceClaims,
  resourceClaimTemplates,
  resourcePoolStatusRequests,
  resourceSlices,
  flowSchemas,
  priorityLevelConfigurations,
  storageVersions,
  storageVersionMigrations,
];
