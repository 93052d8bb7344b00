/** Every controller, by the names that upstream gives them. */
import { accountTokens } from './account-tokens/controller.ts';
import { admissionPolicyStatus } from './admission-policy-status/controller.ts';
import { attachDetach } from './attach-detach/controller.ts';
import { bootstrapSigner, tokenCleaner } from './bootstrap-tokens/controllers.ts';
import { podCertificateCleaner } from './certificates/pod-requests-controller.ts';
import { certificateApprover, certificateCleaner, certificateSigner } from './certificates/controllers.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation/controller.ts';
import type { Controller } from './controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { nodeIpam } from './node-ipam/controller.ts';
import { nodeLifecycle } from './node-lifecycle/controller.ts';
import { resourceClaimController } from './resource-claim/controller.ts';
import { resourceQuotaController } from './resource-quota/controller.ts';
import { deviceTaintEviction } from './taint-eviction/device-controller.ts';
import { taintEviction } from './taint-eviction/controller.ts';
import { ephemeralVolumes } from './ephemeral-volume/controller.ts';
import { garbageCollector } from './garbage-collector/controller.ts';
import { jobController } from './job/controller.ts';
import { legacyTokenCleaner } from './legacy-tokens/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { podAutoscaler } from './pod-autoscaler/controller.ts';
import { podGarbageCollector } from './pod-gc/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { replicationControllerController } from './replicationcontroller/controller.ts';
import { rootCaPublisher } from './root-ca-publisher/controller.ts';
import { serviceAccountController } from './service-account/controller.ts';
import { serviceCidrController } from './service-cidr/controller.ts';
import { storageVersionMigrator } from './storage-version-migrator/controller.ts';
import { trustBundlePublisher } from './root-ca-publisher/trust-bundle-controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { endpointsController } from './service-endpoints/endpoints-controller.ts';
import { endpointSliceMirroring } from './service-endpoints/mirroring-controller.ts';
import { endpointSliceController } from './service-endpoints/slice-controller.ts';
import { serviceLoadBalancer } from './service-lb/controller.ts';
import { attributesClassProtection } from './storage-protection/attributes-classes-controller.ts';
import { claimProtection } from './storage-protection/claims-controller.ts';
import { volumeProtection } from './storage-protection/volumes-controller.ts';
import { ttlController } from './ttl/controller.ts';
import { ttlAfterFinished } from './ttl-after-finished/controller.ts';
import { volumeExpander } from './volume-expander/controller.ts';
import { volumeBinder } from './volume-binder/controller.ts';

export const allControllers: readonly Controller[] = [
  serviceAccountController,
  accountTokens,
  rootCaPublisher,
  namespaceController,
  garbageCollector,
  claimProtection,
  volumeProtection,
  attributesClassProtection,
  clusterRoleAggregation,
  admissionPolicyStatus,
  ttlController,
  ttlAfterFinished,
  podGarbageCollector,
  replicationControllerController,
  replicaSetController,
  deploymentController,
  daemonSetController,
  statefulSetController,
  jobController,
  cronJobController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroring,
  serviceCidrController,
  resourceQuotaController,
  disruptionController,
  nodeLifecycle,
  taintEviction,
  deviceTaintEviction,
  podAutoscaler,
  resourceClaimController,
  volumeBinder,
  attachDetach,
  volumeExpander,
  ephemeralVolumes,
  certificateApprover,
  certificateSigner,
  certificateCleaner,
  podCertificateCleaner,
  trustBundlePublisher,
  storageVersionMigrator,
  tokenCleaner,
  bootstrapSigner,
  legacyTokenCleaner,
  nodeIpam,
  serviceLoadBalancer,
];
