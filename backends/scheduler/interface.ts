/**
 * The scheduler seam: which node a pod goes to is decided by plugins at upstream's extension points. Pods and nodes come compiled (amounts as
 * integers, selectors as matchers), so that a plugin never parses; queue, snapshot, binding and events are the server's and live above it.
 */
export interface SchedulerBackend {
  readonly name: string;
  /** Names for spec.schedulerName, each with its plugins. */
  profiles(handle: SchedulerHandle): readonly SchedulingProfile[];
}

export interface SchedulingProfile {
  readonly schedulerName: string;
  /** In the order in which they are asked. */
  readonly plugins: readonly Plugin[];
  /** Of the nodes: enough to score once so many fit. 0: chosen by the size of the cluster. */
  readonly percentageOfNodesToScore?: number;
}

/** What plugins may look at besides the pod and a node. */
export interface SchedulerHandle {
  readonly nodes: NodesView;
  readonly objects: ClusterObjects;
  /** Selector of the services and controllers that a pod belongs to; undefined: none. */
  defaultSelector(pod: PodInfo): LabelMatcher | undefined;
  namespaceLabels(namespace: string): Labels;
  /** Assigns the pod. @throws what the API answers */
  bind(pod: PodInfo, node: string): Promise<void>;
}

export type Labels = Readonly<Record<string, string>>;

export interface LabelMatcher {
  matches(labels: Labels): boolean;
}

/** All nodes as they are during a scheduling cycle. */
export interface NodesView {
  readonly all: readonly NodeInfo[];
  get(name: string): NodeInfo | undefined;
  /** Nodes with pods that have affinity or anti-affinity to other pods, of whatever kind. */
  readonly withAffinityPods: Iterable<NodeInfo>;
  /** Nodes with pods that refuse others beside them. */
  readonly withRequiredAntiAffinityPods: Iterable<NodeInfo>;
  /** How many nodes have an image. */
  nodesWithImage(image: string): number;
}

/** CPU in thousandths of a core, everything else in whole units. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  /** Everything else that is counted: extended resources, huge pages. */
  readonly scalars: ReadonlyMap<string, number>;
}

export interface PodInfo {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly schedulerName: string;
  readonly priority: number;
  readonly mayPreempt: boolean;
  readonly isTerminating: boolean;
  /** Being deleted by a scheduler to make room. */
  readonly isPreempted: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly startedAt: number;
  /** Where it is; '': nowhere yet. */
  readonly nodeName: string;
  readonly nominatedNodeName: string;
  readonly schedulingGates: readonly string[];
  readonly requests: Resources;
  /** With what a container is taken to use that asks for nothing: 100m and 200 MB. */
  readonly usualCpu: number;
  readonly usualMemory: number;
  readonly hostPorts: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  /** Node selector and required node affinity; undefined: any node will do. */
  readonly requiredNode: NodeMatcher | undefined;
  readonly preferredNodes: readonly { readonly weight: number; readonly node: NodeMatcher }[];
  readonly affinity: PodAffinity;
  readonly antiAffinity: PodAffinity;
  readonly spread: readonly SpreadConstraint[];
  /** As a node's status names them. */
  readonly images: readonly string[];
  readonly containers: number;
  readonly volumes: readonly PodVolume[];
}

export interface HostPort {
  readonly protocol: string;
  /** 0.0.0.0: all. */
  readonly ip: string;
  readonly port: number;
}

export interface Toleration {
  /** '': every key. */
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  /** '': every effect. */
  readonly effect: string;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

export interface NodeMatcher {
  matches(node: NodeInfo): boolean;
  /** Undefined: they cannot be told without looking at the nodes. */
  readonly names: readonly string[] | undefined;
}

export interface PodAffinity {
  readonly required: readonly AffinityTerm[];
  readonly preferred: readonly { readonly weight: number; readonly term: AffinityTerm }[];
}

export interface AffinityTerm {
  readonly topologyKey: string;
  /** Whether it speaks of the pod. */
  matches(pod: PodInfo, namespaceLabels: (namespace: string) => Labels): boolean;
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly topologyKey: string;
  /** Otherwise it only counts for scores. */
  readonly isHard: boolean;
  readonly selector: LabelMatcher;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

export type PodVolume =
  | {
      readonly type: 'claim';
      readonly claim: string /** Of the pod's own ephemeral volume. */;
      readonly isEphemeral: boolean;
      readonly readOnly: boolean;
    }
  /** A disk that several pods may only read together, by what names it. */
  | { readonly type: 'disk'; readonly id: string; readonly readOnly: boolean };

/** Immutable: every change makes another one. */
export interface NodeInfo {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly isUnschedulable: boolean;
  readonly allocatable: Resources;
  readonly maxPods: number;
  readonly requested: Resources;
  readonly usualCpu: number;
  readonly usualMemory: number;
  readonly pods: readonly PodInfo[];
  readonly hostPorts: readonly HostPort[];
  /** Bytes by name. */
  readonly images: ReadonlyMap<string, number>;
}

/** Why a node, or every node, will not do. Shared: never made in a loop. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** No eviction could help. */
  readonly isFinal: boolean;
  /** Wanting to wait, rather than being refused. */
  readonly isPending?: boolean;
}

/** `states`: what the plugin's own preFilter and preScore have returned. */
export interface Plugin<FilterState = unknown, ScoreState = unknown> {
  readonly name: string;
  /** Of its scores; default: 1. */
  readonly weight?: number;
  /** What may make a rejected pod fit: only then is it tried again. Default: anything. */
  readonly wakesOn?: readonly ClusterEvent[];
  /** Undefined: the pod may enter the queue. */
  preEnqueue?(pod: PodInfo): Rejection | undefined;
  /** Order in the queue; only the first plugin that has it is asked. */
  less?(a: QueuedPod, b: QueuedPod): boolean;
  /** 'skip': it has nothing to say about this pod's nodes. */
  preFilter?(pod: PodInfo): PreFilterResult<FilterState>;
  /** Undefined: it fits. */
  filter?(pod: PodInfo, node: NodeInfo, state: FilterState): Rejection | undefined;
  /** The state if another pod were, or were not, on the node: without changing the given one. */
  withPod?(pod: PodInfo, state: FilterState, change: PodChange): FilterState;
  /** Nothing fits: what could be done. */
  postFilter?(pod: PodInfo, context: PostFilterContext): Promise<PostFilterResult>;
  preScore?(pod: PodInfo, nodes: readonly NodeInfo[]): 'skip' | { readonly state: ScoreState };
  /** 0 to 100, or anything if normalize brings it there. */
  score?(pod: PodInfo, node: NodeInfo, state: ScoreState): number;
  normalize?(scores: number[], state: ScoreState, nodes: readonly NodeInfo[]): void;
  /** The pod is taken to be on the node from here on. */
  reserve?(pod: PodInfo, node: NodeInfo): Rejection | undefined;
  unreserve?(pod: PodInfo, node: NodeInfo): void;
  /** Resolves when the pod may be bound. @throws Error, with which it goes back to the queue */
  permit?(pod: PodInfo, node: string): Promise<void> | undefined;
  preBind?(pod: PodInfo, node: string): Promise<void> | undefined;
  /** Undefined: it leaves binding to the next plugin. */
  bind?(pod: PodInfo, node: string): Promise<void> | undefined;
  postBind?(pod: PodInfo, node: string): void;
}

export type PreFilterResult<State> =
  | 'skip'
  | Rejection
  | { readonly state: State /** Undefined: all. */; readonly nodes?: readonly string[] | undefined };

export interface PodChange {
  readonly pod: PodInfo;
  readonly node: NodeInfo;
  readonly by: 1 | -1;
}

export interface QueuedPod {
  readonly pod: PodInfo;
  /** Milliseconds since the epoch, when it last entered the queue. */
  readonly since: number;
}

export interface PostFilterContext {
  /** Of the nodes that were looked at. */
  rejection(node: NodeInfo): Rejection | undefined;
  /** A node, to take pods away from and to ask again. */
  simulate(node: NodeInfo): NodeSimulation;
  readonly nodesLookedAt: readonly NodeInfo[];
}

export interface NodeSimulation {
  remove(pod: PodInfo): void;
  add(pod: PodInfo): void;
  fits(): Rejection | undefined;
}

export interface PostFilterResult {
  /** Undefined: nothing can be done, for the reason in `message`. */
  readonly nominatedNode: string | undefined;
  /** To be deleted, so that there is room. */
  readonly victims: readonly PodInfo[];
  readonly message: string;
}

export type ClusterEvent =
  | 'pod added'
  | 'pod deleted'
  | 'pod labels changed'
  | 'pod shrunk'
  | 'pod ungated'
  | 'pod tolerations changed'
  | 'node added'
  | 'node allocatable changed'
  | 'node labels changed'
  | 'node taints changed'
  | 'volume changed'
  | 'claim changed'
  | 'storage class changed'
  | 'csi node changed'
  | 'namespace changed';

/** Other objects that plugins need; what they are, is in the cluster's own words. */
export interface ClusterObjects {
  claim(namespace: string, name: string): Claim | undefined;
  volume(name: string): Volume | undefined;
  volumes(): readonly Volume[];
  storageClass(name: string): StorageClass | undefined;
  budgets(namespace: string): readonly DisruptionBudget[];
  /** How many volumes of a driver a node takes; undefined: no limit. */
  volumeLimit(node: string, driver: string): number | undefined;
  /** Of claims that pods of other nodes use: by "namespace/name". */
  podsUsingClaim(namespace: string, name: string): number;
  /** Binds the claim to the volume. @throws what the API answers */
  bindVolume(volume: Volume, claim: Claim): Promise<void>;
  /** Asks for a volume that the node can reach. @throws what the API answers */
  provision(claim: Claim, node: string): Promise<void>;
  /** Resolves when every claim is bound. @throws Error when it takes too long */
  claimsBound(namespace: string, names: readonly string[]): Promise<void>;
}

export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly isTerminating: boolean;
  readonly volumeName: string;
  readonly storageClassName: string;
  readonly isBound: boolean;
  readonly isLost: boolean;
  readonly accessModes: readonly string[];
  readonly volumeMode: string;
  readonly requested: number;
  readonly selector: LabelMatcher | undefined;
  /** Pod that it was made for, as an ephemeral volume. */
  readonly ownerUid: string;
  readonly selectedNode: string;
}

export interface Volume {
  readonly name: string;
  readonly labels: Labels;
  readonly storageClassName: string;
  readonly accessModes: readonly string[];
  readonly volumeMode: string;
  readonly capacity: number;
  /** "namespace/name" of its claim, '' if it has none. */
  readonly claim: string;
  readonly claimUid: string;
  readonly isAvailable: boolean;
  readonly isTerminating: boolean;
  readonly node: NodeMatcher | undefined;
  /** Driver, where it is a CSI volume. */
  readonly driver: string;
}

export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  readonly waitsForConsumer: boolean;
  readonly allowedTopologies: NodeMatcher | undefined;
}

export interface DisruptionBudget {
  readonly namespace: string;
  readonly selector: LabelMatcher;
  readonly disruptionsAllowed: number;
  readonly disruptedPods: ReadonlySet<string>;
}
