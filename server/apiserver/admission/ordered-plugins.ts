/**
 * Every admission plugin in the order in which they run, upstream's; which run by default, and --enable-admission-plugins and
 * --disable-admission-plugins on top.
 */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { AdmissionPlugin } from './admission.ts';
import { alwaysAdmit, alwaysDeny } from './always-deny.ts';
import { alwaysPullImages } from './always-pull-images.ts';
import { certificateApproval, certificateSigning, clusterTrustBundleAttest } from './certificate-signers.ts';
import { certificateSubjectRestriction } from './certificate-subject-restriction.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds, type TolerationSeconds } from './default-toleration-seconds.ts';
import { denyServiceExternalIPs } from './deny-service-external-ips.ts';
import { eventRateLimit } from './event-rate-limit.ts';
import { extendedResourceToleration } from './extended-resource-toleration.ts';
import { imagePolicyWebhook } from './image-policy-webhook.ts';
import { limitPodHardAntiAffinityTopology } from './limit-pod-hard-anti-affinity-topology.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceAutoProvision } from './namespace-auto-provision.ts';
import { namespaceExists } from './namespace-exists.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeDeclaredFeatureValidator } from './node-declared-feature-validator.ts';
import { nodeRestriction } from './node-restriction.ts';
import type { ObjectReader } from './object-reader.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references-permission-enforcement.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { mutatingPolicies } from './policy/mutating-policies.ts';
import type { PolicyParts } from './policy/policy-parts.ts';
import { validatingPolicies } from './policy/validating-policies.ts';
import { podNodeSelector } from './pod-node-selector.ts';
import { podSecurity } from './pod-security.ts';
import { podResizeValidator } from './pod-resize-validator.ts';
import { podTolerationRestriction } from './pod-toleration-restriction.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { priority } from './priority.ts';
import { resourceQuota, type ResourceQuotaParts } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { mutatingWebhooks } from './webhook/mutating-webhooks.ts';
import { validatingWebhooks } from './webhook/validating-webhooks.ts';
import { webhookLogins } from './webhook/webhook-logins.ts';
import type { WebhookParts } from './webhook/webhook-parts.ts';

/** What plugins are made of. */
export interface PluginParts {
  readonly objects: ObjectReader;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly random: Random;
  readonly tolerationSeconds: TolerationSeconds;
  readonly waitUntilConsistent: ResourceQuotaParts['waitUntilConsistent'];
  readonly writeQuotaUsed: ResourceQuotaParts['writeUsed'];
  readonly webhooks: Omit<WebhookParts, 'logins'>;
  readonly policies: PolicyParts;
  /** Makes a namespace, or finds it made. */
  readonly createNamespace: (name: string) => Promise<void>;
}

interface Entry {
  readonly name: string;
  readonly byDefault: boolean;
  /** `configuration`: what --admission-control-config-file has for the plugin. */
  readonly make: (parts: PluginParts, configuration: JsonObject | undefined) => AdmissionPlugin;
}

const on = (name: string, make: Entry['make']): Entry => ({ name, byDefault: true, make });
const off = (name: string, make: Entry['make']): Entry => ({ name, byDefault: false, make });

/** docs/admission.md lists them too. */
export const orderedPlugins: readonly Entry[] = [
  off('AlwaysAdmit', () => alwaysAdmit),
  off('NamespaceAutoProvision', ({ objects, createNamespace }) => namespaceAutoProvision(objects, createNamespace)),
  on('NamespaceLifecycle', ({ objects }) => namespaceLifecycle(objects)),
  off('NamespaceExists', ({ objects }) => namespaceExists(objects)),
  off('LimitPodHardAntiAffinityTopology', () => limitPodHardAntiAffinityTopology),
  on('LimitRanger', ({ objects }) => limitRanger(objects)),
  on('ServiceAccount', (parts) => serviceAccount(parts)),
  off('NodeRestriction', (parts) => nodeRestriction(parts)),
  on('TaintNodesByCondition', () => taintNodesByCondition),
  off('AlwaysPullImages', () => alwaysPullImages),
  off('ImagePolicyWebhook', ({ clock }, configuration) => imagePolicyWebhook(clock, configuration)),
  on('PodSecurity', ({ objects }, configuration) => podSecurity(objects, configuration)),
  off('PodNodeSelector', ({ objects }, configuration) => podNodeSelector(objects, configuration)),
  on('Priority', ({ objects }) => priority(objects)),
  on('DefaultTolerationSeconds', ({ tolerationSeconds }) => defaultTolerationSeconds(tolerationSeconds)),
  off('PodTolerationRestriction', ({ objects }, configuration) => podTolerationRestriction(objects, configuration)),
  off('EventRateLimit', ({ clock }, configuration) => eventRateLimit(clock, configuration)),
  off('ExtendedResourceToleration', () => extendedResourceToleration),
  on('DefaultStorageClass', ({ objects }) => defaultStorageClass(objects)),
  on('StorageObjectInUseProtection', () => storageObjectInUseProtection),
  off('OwnerReferencesPermissionEnforcement', ({ authorizer, policies }) =>
    ownerReferencesPermissionEnforcement({ authorizer, scopeOfKind: policies.scopeOfKind }),
  ),
  on('PersistentVolumeClaimResize', ({ objects }) => persistentVolumeClaimResize(objects)),
  on('RuntimeClass', ({ objects }) => runtimeClass(objects)),
  on('CertificateApproval', ({ authorizer }) => certificateApproval(authorizer)),
  on('CertificateSigning', ({ authorizer }) => certificateSigning(authorizer)),
  on('ClusterTrustBundleAttest', ({ authorizer }) => clusterTrustBundleAttest(authorizer)),
  on('CertificateSubjectRestriction', () => certificateSubjectRestriction),
  on('DefaultIngressClass', ({ objects }) => defaultIngressClass(objects)),
  off('DenyServiceExternalIPs', () => denyServiceExternalIPs),
  on('PodTopologyLabels', ({ objects }) => podTopologyLabels(objects)),
  on('NodeDeclaredFeatureValidator', ({ objects }) => nodeDeclaredFeatureValidator(objects)),
  on('PodResizeValidator', ({ objects }) => podResizeValidator(objects)),
  on('MutatingAdmissionPolicy', ({ policies }) => mutatingPolicies(policies)),
  on('MutatingAdmissionWebhook', ({ webhooks }, configuration) =>
    mutatingWebhooks({ ...webhooks, logins: webhookLogins(configuration) }),
  ),
  on('ValidatingAdmissionPolicy', ({ policies }) => validatingPolicies(policies)),
  on('ValidatingAdmissionWebhook', ({ webhooks }, configuration) =>
    validatingWebhooks({ ...webhooks, logins: webhookLogins(configuration) }),
  ),
  // Last: what another plugin refuses is not counted.
  on('ResourceQuota', ({ writeQuotaUsed, ...parts }) => resourceQuota({ ...parts, writeUsed: writeQuotaUsed })),
  off('AlwaysDeny', () => alwaysDeny),
];

/** Known to upstream and without effect where what they guard is switched off, or what they do is not here yet: they may be disabled. */
const absentPlugins: readonly string[] = ['JobValidation', 'PodGroupProtection', 'PodGroupWorkloadExists'];

export interface PluginChoice {
  /** Beside those that run by default. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** By the name of the plugin. */
  readonly configuration: ReadonlyMap<string, JsonObject>;
}

/** @throws Error that names what is unknown, missing or contradictory. */
export function choosePlugins({
  enable,
  disable,
  configuration,
}: PluginChoice): (parts: PluginParts) => AdmissionPlugin[] {
  const names = new Set(orderedPlugins.map(({ name }) => name));
  for (const name of [...enable, ...disable]) {
    if (names.has(name) || (absentPlugins.includes(name) && !enable.includes(name))) continue;
    const what = absentPlugins.includes(name) ? 'is not part of this version of Portico' : 'is unknown';
    throw new Error(`admission plugin "${name}" ${what}; there are ${[...names].join(', ')}`);
  }
  const both = enable.find((name) => disable.includes(name));
  if (both !== undefined) throw new Error(`admission plugin "${both}" is both enabled and disabled`);
  const chosen = orderedPlugins.filter(
    ({ name, byDefault }) => (byDefault || enable.includes(name)) && !disable.includes(name),
  );
  return (parts) => chosen.map(({ name, make }) => make(parts, configuration.get(name)));
}
