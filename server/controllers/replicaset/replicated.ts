/** What the two kinds that keep a number of pods running have in common. */
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import type { PodTemplateSpec, ReplicaSet } from '../../client/api-types.ts';
import type { Stored } from '../../client/lister.ts';
import type { ResourceType } from '../../client/resource-type.ts';

export type ReplicasStatus = NonNullable<ReplicaSet['status']>;

/** A ReplicaSet or a ReplicationController. */
export interface Replicated extends Stored {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly spec?: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template?: PodTemplateSpec;
  };
  readonly status?: ReplicasStatus;
}

export interface ReplicatedKind<T extends Replicated> {
  readonly type: ResourceType<T>;
  readonly selectorOf: (owner: T) => LabelSelector;
  /** Its status tells of pods that are on their way out. */
  readonly countsTerminating: boolean;
}
