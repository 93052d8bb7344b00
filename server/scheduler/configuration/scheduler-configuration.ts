/** A KubeSchedulerConfiguration as the scheduler acts on it. */
import type { ExtensionPoint, PluginArgs, PluginSet, ProfileSettings } from '../../../backends/scheduler/interface.ts';
import { defaultPluginArgs, extensionPoints } from '../../../backends/scheduler/profile-settings.ts';
import type { FactsTable } from '../../../openapi/type-facts.ts';
import { parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asBoolean, asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import { anyTerm, preferredNodes } from '../compile/node-matcher.ts';
import { type ExtenderSettings, extenderSettings } from '../extenders/extender-settings.ts';
import { decodeConfiguration } from './decode-configuration.ts';
import { applyDefaults } from './default-configuration.ts';
import { validateConfiguration } from './validate-configuration.ts';

export interface SchedulerConfiguration {
  readonly profiles: readonly ProfileSettings[];
  readonly extenders: readonly ExtenderSettings[];
  /** Milliseconds. */
  readonly initialBackOff: number;
  readonly maxBackOff: number;
  readonly leaderElection: LeaderElectionSettings;
  /** Undefined: not said. */
  readonly kubeconfig: string | undefined;
}

export interface LeaderElectionSettings {
  readonly leaderElect: boolean;
  /** Milliseconds. */
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
  readonly resourceNamespace: string;
  readonly resourceName: string;
}

export interface ConfigurationParts {
  /** Facts of the API's own types. */
  readonly api: FactsTable;
  /** Of files that it names. */
  readonly readFile: (path: string) => string;
}

/** @throws Error in upstream's words, and what readFile throws */
export function readSchedulerConfiguration(
  text: string,
  { api, readFile }: ConfigurationParts,
): SchedulerConfiguration {
  const configuration = decodeConfiguration(text, api);
  applyDefaults(configuration);
  validateConfiguration(configuration);
  const election = asObject(configuration.leaderElection);
  const milliseconds = (name: string) => parseGoDurationMilliseconds(asText(election[name]));
  const kubeconfig = asText(asObject(configuration.clientConnection).kubeconfig);
  const percentage = asNumber(configuration.percentageOfNodesToScore);
  const extenders = asObjects(configuration.extenders).map((extender) => extenderSettings(extender, readFile));
  const ignored = extenders.flatMap(({ ignoredResources }) => [...ignoredResources]);
  return {
    extenders,
    profiles: asObjects(configuration.profiles).map((profile) => withIgnored(profileOf(profile, percentage), ignored)),
    initialBackOff: asNumber(configuration.podInitialBackoffSeconds) * 1000,
    maxBackOff: asNumber(configuration.podMaxBackoffSeconds) * 1000,
    leaderElection: {
      leaderElect: asBoolean(election.leaderElect),
      leaseDuration: milliseconds('leaseDuration'),
      renewDeadline: milliseconds('renewDeadline'),
      retryPeriod: milliseconds('retryPeriod'),
      resourceNamespace: asText(election.resourceNamespace),
      resourceName: asText(election.resourceName),
    },
    kubeconfig: kubeconfig === '' ? undefined : kubeconfig,
  };
}

/** Extenders alone count these resources. */
function withIgnored(profile: ProfileSettings, resources: readonly string[]): ProfileSettings {
  if (resources.length === 0) return profile;
  const { NodeResourcesFit: fit } = profile.args;
  const ignoredResources = new Set([...fit.ignoredResources, ...resources]);
  return { ...profile, args: { ...profile.args, NodeResourcesFit: { ...fit, ignoredResources } } };
}

function profileOf(profile: JsonObject, percentage: number): ProfileSettings {
  const own = profile.percentageOfNodesToScore;
  const sets = asObject(profile.plugins);
  const plugins: Partial<Record<ExtensionPoint | 'multiPoint', PluginSet>> = {};
  for (const point of [...extensionPoints, 'multiPoint'] as const) {
    if (isSet(sets[point])) plugins[point] = pluginSet(asObject(sets[point]));
  }
  const args = new Map(asObjects(profile.pluginConfig).map((config) => [asText(config.name), asObject(config.args)]));
  return {
    schedulerName: asText(profile.schedulerName),
    percentageOfNodesToScore: isSet(own) ? asNumber(own) : percentage,
    plugins,
    args: argsOf(args),
  };
}

function pluginSet({ enabled, disabled }: JsonObject): PluginSet {
  return {
    enabled: asObjects(enabled).map(({ name, weight }) => ({ name: asText(name), weight: asNumber(weight) })),
    disabled: asObjects(disabled).map(({ name }) => asText(name)),
  };
}

function argsOf(given: ReadonlyMap<string, JsonObject>): PluginArgs {
  const of = <Name extends keyof PluginArgs>(name: Name, read: (args: JsonObject) => PluginArgs[Name]) => {
    const args = given.get(name);
    return args === undefined ? defaultPluginArgs[name] : read(args);
  };
  return {
    DefaultPreemption: of('DefaultPreemption', (args) => ({
      minCandidateNodesPercentage: asNumber(args.minCandidateNodesPercentage),
      minCandidateNodesAbsolute: asNumber(args.minCandidateNodesAbsolute),
    })),
    InterPodAffinity: of('InterPodAffinity', (args) => ({
      hardPodAffinityWeight: asNumber(args.hardPodAffinityWeight),
      ignorePreferredTermsOfExistingPods: asBoolean(args.ignorePreferredTermsOfExistingPods),
    })),
    NodeAffinity: of('NodeAffinity', ({ addedAffinity }) => addedNodeAffinity(asObject(addedAffinity))),
    NodeResourcesBalancedAllocation: of('NodeResourcesBalancedAllocation', ({ resources }) => ({
      resources: weighted(resources),
    })),
    NodeResourcesFit: of('NodeResourcesFit', (args) => {
      const { type, resources, requestedToCapacityRatio } = asObject(args.scoringStrategy);
      const shape = asObjects(asObject(requestedToCapacityRatio).shape);
      return {
        ignoredResources: new Set(asTexts(args.ignoredResources)),
        ignoredResourceGroups: new Set(asTexts(args.ignoredResourceGroups)),
        scoringStrategy: {
          type: asText(type) as PluginArgs['NodeResourcesFit']['scoringStrategy']['type'],
          resources: weighted(resources),
          shape: shape.map((point) => ({ utilization: asNumber(point.utilization), score: asNumber(point.score) })),
        },
      };
    }),
    PodTopologySpread: of('PodTopologySpread', ({ defaultingType, defaultConstraints }) => ({
      defaultConstraints:
        defaultingType === 'System'
          ? undefined
          : asObjects(defaultConstraints).map(({ topologyKey, maxSkew, whenUnsatisfiable }) => ({
              topologyKey: asText(topologyKey),
              maxSkew: asNumber(maxSkew),
              isHard: whenUnsatisfiable === 'DoNotSchedule',
            })),
    })),
    VolumeBinding: of('VolumeBinding', (args) => ({ bindTimeoutSeconds: asNumber(args.bindTimeoutSeconds) })),
  };
}

function weighted(resources: JsonValue | undefined): { readonly name: string; readonly weight: number }[] {
  return asObjects(resources).map(({ name, weight }) => ({ name: asText(name), weight: asNumber(weight) }));
}

type Affinity = NonNullable<NonNullable<Parameters<typeof preferredNodes>[0]>['affinity']>['nodeAffinity'];

function addedNodeAffinity(added: JsonObject): PluginArgs['NodeAffinity'] {
  const nodeAffinity = added as unknown as NonNullable<Affinity>;
  const required = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  return {
    required: required === undefined ? undefined : anyTerm(required.nodeSelectorTerms),
    preferred: preferredNodes({ containers: [], affinity: { nodeAffinity } }),
  };
}
