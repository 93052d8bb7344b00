/**
 * The scheduler seam: which node a pod goes to is decided by plugins at upstream's extension points. Pods and nodes come compiled (amounts as
 * integers, selectors as matchers), so that a plugin never parses; queue, snapshot, binding and events are the server's and live above it.
 */
import type { ClusterObjects } from './cluster-objects.ts';
import type { Devices } from './devices.ts';
import type { KeyedMatcher, Labels, NodeInfo, PodInfo } from './pods-and-nodes.ts';

export type * from './cluster-objects.ts';
export type * from './devices.ts';
export type * from './pods-and-nodes.ts';
export type * from './profile-settings.ts';

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
  readonly devices: Devices;
  /** Selector of the services and controllers that a pod belongs to; undefined: none. */
  defaultSelector(pod: PodInfo): KeyedMatcher | undefined;
  namespaceLabels(namespace: string): Labels;
  /** Assigns the pod. @throws what the API answers */
  bind(pod: PodInfo, node: string): Promise<void>;
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

/** A node where pods could make room. */
export interface PreemptionCandidate {
  readonly node: NodeInfo;
  /** Most important first. */
  readonly victims: readonly PodInfo[];
  /** Of disruption budgets. */
  readonly violations: number;
}

export interface PostFilterContext {
  /** Of the nodes that were looked at. */
  rejection(node: NodeInfo): Rejection | undefined;
  /** A node, to take pods away from and to ask again. */
  simulate(node: NodeInfo): NodeSimulation;
  readonly nodesLookedAt: readonly NodeInfo[];
  /** Plugin whose preFilter rejected the pod, before any node was looked at. */
  readonly rejectedBefore?: string;
  /** Others have a say in who makes room: those candidates that they let stand. @throws Error: one of them could not be asked */
  readonly reviewCandidates?: (candidates: readonly PreemptionCandidate[]) => Promise<readonly PreemptionCandidate[]>;
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
  /** The next plugins are not asked. */
  readonly isFinal?: boolean;
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
  | 'node features changed'
  | 'volume changed'
  | 'claim changed'
  | 'storage class changed'
  | 'csi node changed'
  | 'csi driver changed'
  | 'csi storage capacity changed'
  | 'volume attachment deleted'
  | 'resource claim changed'
  | 'devices changed'
  | 'namespace changed';
