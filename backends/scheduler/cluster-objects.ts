/** Other objects than pods and nodes that plugins need, compiled: claims, volumes, drivers, disruption budgets. */
import type { LabelMatcher, Labels, NodeMatcher } from './pods-and-nodes.ts';

export interface ClusterObjects {
  claim(namespace: string, name: string): Claim | undefined;
  volume(name: string): Volume | undefined;
  volumesOf(storageClass: string): readonly Volume[];
  storageClass(name: string): StorageClass | undefined;
  budgets(namespace: string): readonly DisruptionBudget[];
  /** What a node has to attach volumes with: its CSINode. */
  nodeDrivers(node: string): NodeDrivers | undefined;
  /** Attached to the node by VolumeAttachments, whoever uses them. */
  attachedTo(node: string): readonly AttachedVolume[];
  driver(name: string): VolumeDriver | undefined;
  capacitiesOf(storageClass: string): readonly StorageCapacity[];
  /** Of pods that have a node. */
  podsUsingClaim(namespace: string, name: string): number;
  /** Binds the claim to the volume. @throws what the API answers */
  bindVolume(volume: Volume, claim: Claim): Promise<void>;
  /** Asks for a volume that the node can reach. @throws what the API answers */
  provision(claim: Claim, node: string): Promise<void>;
  /** Resolves when every claim is bound. `timeout`: milliseconds. @throws Error when it takes longer */
  claimsBound(namespace: string, names: readonly string[], timeout: number): Promise<void>;
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
  readonly attributesClassName: string;
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
  readonly attributesClassName: string;
  readonly capacity: number;
  /** "namespace/name" of its claim, '' if it has none. */
  readonly claim: string;
  readonly claimUid: string;
  readonly isAvailable: boolean;
  readonly isTerminating: boolean;
  readonly node: NodeMatcher | undefined;
  /** Driver, where it is a CSI volume. */
  readonly driver: string;
  /** What the driver knows it by. */
  readonly handle: string;
}

export interface StorageClass {
  readonly name: string;
  readonly provisioner: string;
  readonly waitsForConsumer: boolean;
  readonly allowedTopologies: NodeMatcher | undefined;
}

export interface NodeDrivers {
  /** How many volumes it takes by driver; none: no limit. */
  readonly limits: ReadonlyMap<string, number>;
}

export interface AttachedVolume {
  readonly driver: string;
  readonly handle: string;
}

export interface VolumeDriver {
  /** Its capacities are published, and count. */
  readonly tracksCapacity: boolean;
}

export interface StorageCapacity {
  /** Bytes of the largest volume; undefined: none can be made. */
  readonly largest: number | undefined;
  /** By the node's labels; undefined: no node. */
  readonly nodes: LabelMatcher | undefined;
}

export interface DisruptionBudget {
  readonly namespace: string;
  readonly selector: LabelMatcher;
  readonly disruptionsAllowed: number;
  readonly disruptedPods: ReadonlySet<string>;
}
