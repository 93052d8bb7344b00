/** What a KubeSchedulerConfiguration says where it says nothing. In place. */
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';

export function applyDefaults(configuration: JsonObject): void {
  fill(configuration, {
    parallelism: 16,
    percentageOfNodesToScore: 0,
    podInitialBackoffSeconds: 1,
    podMaxBackoffSeconds: 10,
    enableProfiling: true,
  });
  fillText(section(configuration, 'clientConnection'), { contentType: 'application/vnd.kubernetes.protobuf' });
  const election = section(configuration, 'leaderElection');
  fill(election, { leaderElect: true });
  fillText(election, {
    leaseDuration: '15s',
    renewDeadline: '10s',
    retryPeriod: '2s',
    resourceLock: 'leases',
    resourceName: 'kube-scheduler',
    resourceNamespace: 'kube-system',
  });
  const profiles = listOf(configuration, 'profiles', [{}]);
  const [only] = profiles;
  if (profiles.length === 1 && only !== undefined) fill(only, { schedulerName: 'default-scheduler' });
  for (const profile of profiles) {
    for (const { name, args } of asObjects(profile.pluginConfig)) defaultArguments(asText(name), asObject(args));
  }
}

function defaultArguments(plugin: string, args: JsonObject): void {
  switch (plugin) {
    case 'DefaultPreemption':
      fill(args, { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 });
      return;
    case 'InterPodAffinity':
      fill(args, { hardPodAffinityWeight: 1 });
      return;
    case 'VolumeBinding':
      fill(args, { bindTimeoutSeconds: 600 });
      return;
    case 'PodTopologySpread':
      fillText(args, { defaultingType: 'System' });
      return;
    case 'NodeResourcesBalancedAllocation':
      defaultResources(args);
      return;
    case 'NodeResourcesFit': {
      const strategy = section(args, 'scoringStrategy');
      if (Object.keys(strategy).length === 0) strategy.type = 'LeastAllocated';
      defaultResources(strategy);
      return;
    }
    case 'DynamicResources':
      fill(args, { filterTimeout: '10s', bindingTimeout: '10m0s' });
      return;
    default:
  }
}

function defaultResources(of: JsonObject): void {
  for (const resource of listOf(of, 'resources', [{ name: 'cpu' }, { name: 'memory' }])) {
    if ((resource.weight ?? 0) === 0) resource.weight = 1;
  }
}

function listOf(of: JsonObject, name: string, whenEmpty: JsonObject[]): readonly JsonObject[] {
  const there = asObjects(of[name]);
  if (there.length > 0) return there;
  of[name] = whenEmpty;
  return whenEmpty;
}

function section(of: JsonObject, name: string): JsonObject {
  const there = of[name];
  if (isSet(there)) return asObject(there);
  const made: JsonObject = {};
  of[name] = made;
  return made;
}

function fill(of: JsonObject, defaults: Readonly<Record<string, JsonValue>>): void {
  for (const [name, value] of Object.entries(defaults)) if (!isSet(of[name])) of[name] = value;
}

/** Texts and durations: empty is as good as nothing. */
function fillText(of: JsonObject, defaults: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (asText(of[name]) === '' || of[name] === '0s') of[name] = value;
  }
}
