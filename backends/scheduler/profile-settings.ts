/** What a KubeSchedulerConfiguration says of a profile, with its defaults applied and what it selects by compiled. */
import type { NodeMatcher } from './pods-and-nodes.ts';

export interface ProfileSettings {
  readonly schedulerName: string;
  /** Undefined: as for all profiles, or by the size of the cluster. */
  readonly percentageOfNodesToScore: number | undefined;
  /** By extension point, and multiPoint; what is not said is as by default. */
  readonly plugins: Readonly<Partial<Record<ExtensionPoint | 'multiPoint', PluginSet>>>;
  readonly args: PluginArgs;
}

/** In the order in which mistakes are found. */
export const extensionPoints = [
  'preFilter',
  'filter',
  'postFilter',
  'reserve',
  'preScore',
  'score',
  'preBind',
  'bind',
  'postBind',
  'permit',
  'preEnqueue',
  'queueSort',
] as const;
export type ExtensionPoint = (typeof extensionPoints)[number];

export interface PluginSet {
  readonly enabled: readonly PluginChoice[];
  /** Names; "*": all. */
  readonly disabled: readonly string[];
}

export interface PluginChoice {
  readonly name: string;
  /** 0: not said. */
  readonly weight: number;
}

export interface PluginArgs {
  readonly DefaultPreemption: {
    readonly minCandidateNodesPercentage: number;
    readonly minCandidateNodesAbsolute: number;
  };
  readonly InterPodAffinity: {
    readonly hardPodAffinityWeight: number;
    readonly ignorePreferredTermsOfExistingPods: boolean;
  };
  readonly NodeAffinity: {
    /** Asked of the nodes of every pod. */
    readonly required: NodeMatcher | undefined;
    readonly preferred: readonly { readonly weight: number; readonly node: NodeMatcher }[];
  };
  readonly NodeResourcesBalancedAllocation: { readonly resources: readonly WeightedResource[] };
  readonly NodeResourcesFit: {
    /** Names of extended resources that are not looked at, and the groups before their slashes. */
    readonly ignoredResources: ReadonlySet<string>;
    readonly ignoredResourceGroups: ReadonlySet<string>;
    readonly scoringStrategy: ScoringStrategy;
  };
  readonly PodTopologySpread: {
    /** For pods that say nothing; undefined: hosts and zones, softly. */
    readonly defaultConstraints: readonly DefaultConstraint[] | undefined;
  };
  readonly VolumeBinding: { readonly bindTimeoutSeconds: number };
}

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly WeightedResource[];
  /** Percent used, and the points for it: 0 to 10. */
  readonly shape: readonly { readonly utilization: number; readonly score: number }[];
}

export interface DefaultConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly isHard: boolean;
}

const usualResources: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

export const defaultPluginArgs: PluginArgs = {
  DefaultPreemption: { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 },
  InterPodAffinity: { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false },
  NodeAffinity: { required: undefined, preferred: [] },
  NodeResourcesBalancedAllocation: { resources: usualResources },
  NodeResourcesFit: {
    ignoredResources: new Set(),
    ignoredResourceGroups: new Set(),
    scoringStrategy: { type: 'LeastAllocated', resources: usualResources, shape: [] },
  },
  PodTopologySpread: { defaultConstraints: undefined },
  VolumeBinding: { bindTimeoutSeconds: 600 },
};

export const defaultProfileSettings: ProfileSettings = {
  schedulerName: 'default-scheduler',
  percentageOfNodesToScore: undefined,
  plugins: {},
  args: defaultPluginArgs,
};
