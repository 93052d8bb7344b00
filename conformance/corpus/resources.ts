/** The resources that the corpus has manifests for: where each kind is served, and which parts of it have a path of their own. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in paths. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Subresources with the object's own type, or Scale. */
  readonly subresources: readonly ('status' | 'scale')[];
  /** Reviews are answered and not kept: they can only be created. */
  readonly createOnly: boolean;
}

export const NAMESPACED = true;
export const CLUSTER = false;

export const resources: readonly Resource[] = [
  review('v1', 'Binding', 'bindings', NAMESPACED),
  stored('v1', 'ConfigMap', 'configmaps', NAMESPACED),
  stored('v1', 'Endpoints', 'endpoints', NAMESPACED),
  stored('v1', 'Event', 'events', NAMESPACED),
  stored('v1', 'LimitRange', 'limitranges', NAMESPACED),
  stored('v1', 'Namespace', 'namespaces', CLUSTER, 'status'),
  stored('v1', 'Node', 'nodes', CLUSTER, 'status'),
  stored('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', NAMESPACED, 'status'),
  stored('v1', 'PersistentVolume', 'persistentvolumes', CLUSTER, 'status'),
  stored('v1', 'Pod', 'pods', NAMESPACED, 'status'),
  stored('v1', 'PodTemplate', 'podtemplates', NAMESPACED),
  stored('v1', 'ReplicationController', 'replicationcontrollers', NAMESPACED, 'scale', 'status'),
  stored('v1', 'ResourceQuota', 'resourcequotas', NAMESPACED, 'status'),
  stored('v1', 'Secret', 'secrets', NAMESPACED),
  stored('v1', 'ServiceAccount', 'serviceaccounts', NAMESPACED),
  stored('v1', 'Service', 'services', NAMESPACED, 'status'),
  stored('apiregistration.k8s.io/v1', 'APIService', 'apiservices', CLUSTER, 'status'),
  stored('apps/v1', 'ControllerRevision', 'controllerrevisions', NAMESPACED),
  stored('apps/v1', 'DaemonSet', 'daemonsets', NAMESPACED, 'status'),
  stored('apps/v1', 'Deployment', 'deployments', NAMESPACED, 'scale', 'status'),
  stored('apps/v1', 'ReplicaSet', 'replicasets', NAMESPACED, 'scale', 'status'),
  stored('apps/v1', 'StatefulSet', 'statefulsets', NAMESPACED, 'scale', 'status'),
  stored('events.k8s.io/v1', 'Event', 'events', NAMESPACED),
  review('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', CLUSTER),
  review('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', CLUSTER),
  review('authorization.k8s.io/v1', 'LocalSubjectAccessReview', 'localsubjectaccessreviews', NAMESPACED),
  review('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', CLUSTER),
  review('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', CLUSTER),
  review('authorization.k8s.io/v1', 'SubjectAccessReview', 'subjectaccessreviews', CLUSTER),
  stored('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', NAMESPACED, 'status'),
  stored('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', NAMESPACED, 'status'),
  stored('batch/v1', 'CronJob', 'cronjobs', NAMESPACED, 'status'),
  stored('batch/v1', 'Job', 'jobs', NAMESPACED, 'status'),
  stored('certificates.k8s.io/v1', 'CertificateSigningRequest', 'certificatesigningrequests', CLUSTER, 'status'),
  stored('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', CLUSTER),
  stored('networking.k8s.io/v1', 'Ingress', 'ingresses', NAMESPACED, 'status'),
  stored('networking.k8s.io/v1', 'IPAddress', 'ipaddresses', CLUSTER),
  stored('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', NAMESPACED),
  stored('networking.k8s.io/v1', 'ServiceCIDR', 'servicecidrs', CLUSTER, 'status'),
  stored('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', NAMESPACED, 'status'),
  stored('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', CLUSTER),
  stored('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', CLUSTER),
  stored('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', NAMESPACED),
  stored('rbac.authorization.k8s.io/v1', 'Role', 'roles', NAMESPACED),
  stored('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', CLUSTER),
  stored('storage.k8s.io/v1', 'CSINode', 'csinodes', CLUSTER),
  stored('storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities', NAMESPACED),
  stored('storage.k8s.io/v1', 'StorageClass', 'storageclasses', CLUSTER),
  stored('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', CLUSTER, 'status'),
  stored('storage.k8s.io/v1', 'VolumeAttributesClass', 'volumeattributesclasses', CLUSTER),
  stored('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy', 'mutatingadmissionpolicies', CLUSTER),
  stored(
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicyBinding',
    'mutatingadmissionpolicybindings',
    CLUSTER,
  ),
  stored('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', CLUSTER),
  stored(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
    CLUSTER,
    'status',
  ),
  stored(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    CLUSTER,
  ),
  stored(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    CLUSTER,
  ),
  stored('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', CLUSTER, 'status'),
  stored('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', CLUSTER),
  stored('coordination.k8s.io/v1', 'Lease', 'leases', NAMESPACED),
  stored('node.k8s.io/v1', 'RuntimeClass', 'runtimeclasses', CLUSTER),
  stored('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', NAMESPACED),
  stored('resource.k8s.io/v1', 'DeviceClass', 'deviceclasses', CLUSTER),
  stored('resource.k8s.io/v1', 'ResourceClaim', 'resourceclaims', NAMESPACED, 'status'),
  stored('resource.k8s.io/v1', 'ResourceClaimTemplate', 'resourceclaimtemplates', NAMESPACED),
  stored('resource.k8s.io/v1', 'ResourceSlice', 'resourceslices', CLUSTER),
  stored('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', 'flowschemas', CLUSTER, 'status'),
  stored(
    'flowcontrol.apiserver.k8s.io/v1',
    'PriorityLevelConfiguration',
    'prioritylevelconfigurations',
    CLUSTER,
    'status',
  ),
];

export function stored(
  apiVersion: string,
  kind: string,
  resource: string,
  namespaced: boolean,
  ...subresources: ('status' | 'scale')[]
): Resource {
  return { apiVersion, kind, resource, namespaced, subresources, createOnly: false };
}

function review(apiVersion: string, kind: string, resource: string, namespaced: boolean): Resource {
  return { apiVersion, kind, resource, namespaced, subresources: [], createOnly: true };
}

/** "/api/v1/namespaces/{ns}/pods", with the namespace still to be filled in. */
export function collectionPath({ apiVersion, resource, namespaced }: Resource): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return namespaced ? `${root}/namespaces/{ns}/${resource}` : `${root}/${resource}`;
}
