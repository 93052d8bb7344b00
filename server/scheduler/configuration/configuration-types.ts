/** Types of kubescheduler.config.k8s.io/v1, from which files are decoded as strictly as upstream does. */
import type { FactsTable, FieldFacts, TypeFacts } from '../../../openapi/type-facts.ts';

export const configurationVersion = 'kubescheduler.config.k8s.io/v1';
const ownPackage = 'io.k8s.kube-scheduler.config.v1';
const durationType = 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration';

/** By type: fields with their types, in Go's order. "#" names a type of this table; a star is a pointer. */
const typesOfConfiguration: Readonly<Record<string, string>> = {
  KubeSchedulerConfiguration:
    'kind string;apiVersion string;parallelism *int32;leaderElection #LeaderElectionConfiguration;' +
    'clientConnection #ClientConnectionConfiguration;enableProfiling *bool;enableContentionProfiling *bool;' +
    'percentageOfNodesToScore *int32;podInitialBackoffSeconds *int64;podMaxBackoffSeconds *int64;' +
    'profiles []#KubeSchedulerProfile;extenders []#Extender;delayCacheUntilActive bool',
  LeaderElectionConfiguration:
    'leaderElect *bool;leaseDuration duration;renewDeadline duration;retryPeriod duration;resourceLock string;' +
    'resourceName string;resourceNamespace string',
  ClientConnectionConfiguration:
    'kubeconfig string;acceptContentTypes string;contentType string;qps float64;burst int32',
  KubeSchedulerProfile:
    'schedulerName *string;percentageOfNodesToScore *int32;plugins *#Plugins;pluginConfig []#PluginConfig',
  Plugins: [
    ...['preEnqueue', 'queueSort', 'preFilter', 'filter', 'postFilter', 'preScore', 'score', 'reserve', 'permit'],
    ...['preBind', 'bind', 'postBind', 'multiPoint', 'placementGenerate', 'placementScore'],
  ]
    .map((point) => `${point} #PluginSet`)
    .join(';'),
  PluginSet: 'enabled []#Plugin;disabled []#Plugin',
  Plugin: 'name string;weight *int32',
  PluginConfig: 'name string;args any',
  Extender:
    'urlPrefix string;filterVerb string;preemptVerb string;prioritizeVerb string;weight int64;bindVerb string;' +
    'enableHTTPS bool;tlsConfig *#ExtenderTLSConfig;httpTimeout duration;nodeCacheCapable bool;' +
    'managedResources []#ExtenderManagedResource;ignorable bool',
  ExtenderManagedResource: 'name string;ignoredByScheduler bool',
  ExtenderTLSConfig:
    'insecure bool;serverName string;certFile string;keyFile string;caFile string;certData bytes;keyData bytes;caData bytes',
  DefaultPreemptionArgs:
    'kind string;apiVersion string;minCandidateNodesPercentage *int32;minCandidateNodesAbsolute *int32',
  InterPodAffinityArgs:
    'kind string;apiVersion string;hardPodAffinityWeight *int32;ignorePreferredTermsOfExistingPods bool',
  NodeResourcesFitArgs:
    'kind string;apiVersion string;ignoredResources []string;ignoredResourceGroups []string;scoringStrategy *#ScoringStrategy',
  ScoringStrategy: 'type string;resources []#ResourceSpec;requestedToCapacityRatio *#RequestedToCapacityRatioParam',
  ResourceSpec: 'name string;weight int64',
  RequestedToCapacityRatioParam: 'shape []#UtilizationShapePoint',
  UtilizationShapePoint: 'utilization int32;score int32',
  PodTopologySpreadArgs:
    'kind string;apiVersion string;defaultConstraints []core.TopologySpreadConstraint;defaultingType string',
  NodeResourcesBalancedAllocationArgs: 'kind string;apiVersion string;resources []#ResourceSpec',
  VolumeBindingArgs: 'kind string;apiVersion string;bindTimeoutSeconds *int64;shape []#UtilizationShapePoint',
  NodeAffinityArgs: 'kind string;apiVersion string;addedAffinity *core.NodeAffinity',
  DynamicResourcesArgs: 'kind string;apiVersion string;filterTimeout *duration;bindingTimeout *duration',
};

function expressionOf(text: string): string {
  return text
    .replace('#', `#${ownPackage}.`)
    .replace('core.', '#io.k8s.api.core.v1.')
    .replace('duration', `#${durationType}`);
}

function fieldOf(text: string): [string, FieldFacts] {
  const [name = '', type = ''] = text.split(' ');
  const isPointer = type.startsWith('*');
  return [name, { t: expressionOf(type.replace('*', '')), omit: 'empty', ...(isPointer ? { ptr: true } : {}) }];
}

/** What the API has, and beside it the types of the configuration. */
export function withConfigurationTypes(api: FactsTable): FactsTable {
  const own = Object.entries(typesOfConfiguration).map(([go, fields]): [string, TypeFacts] => [
    typeName(go),
    { go, fields: Object.fromEntries(fields.split(';').map(fieldOf)) },
  ]);
  return { ...api, types: { ...api.types, ...Object.fromEntries(own) } };
}

export function typeName(go: string): string {
  return `${ownPackage}.${go}`;
}

/** Of plugins that take arguments. */
export function hasArguments(plugin: string): boolean {
  return Object.hasOwn(typesOfConfiguration, `${plugin}Args`);
}
