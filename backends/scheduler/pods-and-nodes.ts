/** Pods and nodes as plugins see them: amounts are integers, selectors and affinity are matchers. */
export type Labels = Readonly<Record<string, string>>;

export interface LabelMatcher {
  matches(labels: Labels): boolean;
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
  readonly claims: readonly PodClaim[];
  /** Of nodes, by the names that they declare. */
  readonly requiredFeatures: readonly string[];
}

/** A claim on devices. */
export interface PodClaim {
  /** Undefined: not made yet, or not to be made. */
  readonly claim: string | undefined;
  /** From a template, for this pod alone. */
  readonly isGenerated: boolean;
  readonly isNeeded: boolean;
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

/** Matchers of the same key match the same labels: what one has counted, another may use. */
export interface KeyedMatcher extends LabelMatcher {
  readonly key: string;
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly topologyKey: string;
  /** Otherwise it only counts for scores. */
  readonly isHard: boolean;
  readonly selector: KeyedMatcher;
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
  /** A disk that several pods may at most read together, by what names it: any of the names. */
  | { readonly type: 'disk'; readonly ids: readonly string[]; readonly readOnly: boolean };

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
  readonly declaredFeatures: ReadonlySet<string>;
  /** Bytes by name. */
  readonly images: ReadonlyMap<string, number>;
}
