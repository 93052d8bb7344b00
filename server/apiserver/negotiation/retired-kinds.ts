/**
 * Kinds of versions that are served no more. Upstream still reads them, and finds out afterwards that they are not what the
 * endpoint takes. Source: the register.go files of k8s.io/api.
 */
const webhooks = 'ValidatingWebhookConfiguration MutatingWebhookConfiguration';
const policies = 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding';
const levels = 'FlowSchema PriorityLevelConfiguration';

const retired: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1alpha1': policies,
  'admissionregistration.k8s.io/v1beta1': `${webhooks} ${policies}`,
  'apps/v1beta1': 'Deployment DeploymentRollback Scale StatefulSet ControllerRevision',
  'apps/v1beta2': 'Deployment Scale StatefulSet DaemonSet ReplicaSet ControllerRevision',
  'authentication.k8s.io/v1alpha1': 'SelfSubjectReview',
  'authentication.k8s.io/v1beta1': 'SelfSubjectReview TokenReview',
  'authorization.k8s.io/v1beta1':
    'SelfSubjectRulesReview SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview',
  'batch/v1beta1': 'CronJob',
  'certificates.k8s.io/v1beta1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1beta1': 'Lease',
  'discovery.k8s.io/v1beta1': 'EndpointSlice',
  'events.k8s.io/v1beta1': 'Event',
  'extensions/v1beta1': 'Deployment DeploymentRollback Scale DaemonSet Ingress ReplicaSet NetworkPolicy',
  'flowcontrol.apiserver.k8s.io/v1beta1': levels,
  'flowcontrol.apiserver.k8s.io/v1beta2': levels,
  'flowcontrol.apiserver.k8s.io/v1beta3': levels,
  'networking.k8s.io/v1beta1': 'Ingress IngressClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1beta1': 'PodDisruptionBudget Eviction',
  'rbac.authorization.k8s.io/v1beta1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'scheduling.k8s.io/v1beta1': 'PriorityClass',
  'storage.k8s.io/v1alpha1': 'VolumeAttachment CSIStorageCapacity VolumeAttributesClass',
  'storage.k8s.io/v1beta1': 'StorageClass VolumeAttachment CSIDriver CSINode CSIStorageCapacity',
};

export function isRetiredKind(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(retired, apiVersion) && (retired[apiVersion] ?? '').split(' ').includes(kind);
}
