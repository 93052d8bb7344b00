/**
 * A built-in resource as data; a custom one is the same, made at run time. Handlers, discovery, OpenAPI, storage keys and
 * tables all follow from it. One folder a resource under registry/<group>/<plural>/: definition.ts (this), strategy.ts where
 * it has behaviour of its own, table.ts (its columns).
 */
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { TableConvertor } from './table-convertor.ts';

export interface ResourceDefinition {
  /** "" for core. */
  readonly group: string;
  /** Plural: "pods". */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  /** Default: the kind and "List". */
  readonly listKind?: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  /** "all" makes it part of `kubectl get all`. */
  readonly categories?: readonly string[];
  /** In order of preference; exactly one has `storage: true`. */
  readonly versions: readonly ResourceVersionDefinition[];
  readonly strategy: Strategy;
  readonly table: TableConvertor;
  /** Field selectors beyond metadata.name and metadata.namespace: label → value of an object (in the storage version). */
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>;
  /** Where selectors on metadata.namespace are refused too (kinds that list their labels themselves). */
  readonly selectableNamespace?: false;
  /** Message of the 400 for an unknown field label; default: `"<label>" is not a known field selector: only "metadata.name", "metadata.namespace"`. */
  readonly unknownFieldLabel?: (label: string) => string;
  readonly subresources?: readonly SubresourceDefinition[];
  /** Storage keys are /registry/<storagePrefix or group/resource>/[namespace/]name; upstream's etcd prefixes are kept where they differ. */
  readonly storagePrefix?: string;
  /**
   * The objects are those of another built-in resource (events.k8s.io/events are core events): same keys and bytes, same
   * cache; no version here has `storage: true`, and `toStorage`/`fromStorage` lead to and from that resource's storage version.
   */
  readonly storedAs?: { readonly group: string; readonly resource: string };
  /** Upstream keeps these as JSON, so that empty lists stay empty lists; everything else went through protobuf there. */
  readonly storedAsJson?: true;
  /** group/version/kind that discovery's storageVersionHash is made from, where it is not the storage version's own. */
  readonly storedKind?: string;
  /** Verbs that the resource has beyond or below the usual set; default: create delete deletecollection get list patch update watch. */
  readonly verbs?: readonly string[];
  /** What discovery lists, where that is not what is answered or in another order. */
  readonly listedVerbs?: readonly string[];
  /** Made at run time from a CustomResourceDefinition; 'terminating': that is going away, and nothing new is made. */
  readonly custom?: 'established' | 'terminating';
  /** A virtual resource (reviews, bindings): create only, nothing is stored; `create` is served by a handler named after the resource. */
  readonly virtual?: true;
}

export interface ResourceVersionDefinition {
  readonly version: string;
  /** OpenAPI name of the object type: "io.k8s.api.core.v1.Pod". */
  readonly type: string;
  readonly storage?: true;
  /** False for betas and alphas, which --runtime-config turns on. */
  readonly servedByDefault: boolean;
  /** The text of the Warning header for a deprecated version, in upstream's wording. */
  readonly deprecationWarning?: string;
  /**
   * From this version's shape to the storage version's and back; unset: same shape but for apiVersion. Must not mutate. Of the storage
   * version itself: what upstream's way through its internal type does to an object. Throws DecodeError for what has no place there.
   */
  readonly toStorage?: (object: KubeObject) => KubeObject;
  readonly fromStorage?: (object: KubeObject) => KubeObject;
}

export interface SubresourceDefinition {
  readonly name: string;
  readonly verbs: readonly string[];
  /** Kind that the subresource speaks, where it is not the resource's own: Scale (autoscaling/v1), Eviction (policy/v1) … */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string; readonly type: string };
  /** How it is served: status, scale or a named handler (handlers/subresources/); unset: answers with a clear 501-like Status. */
  readonly served?: 'status' | 'scale' | 'handler';
  /** For scale: paths into the object of the resource. */
  readonly scale?: { readonly specReplicas: string; readonly statusReplicas: string; readonly selector: string };
  /** For status-like subresources (status, approval, resize, ephemeralcontainers, finalize): the strategy of writes through it. */
  readonly strategy?: UpdateStrategy;
}

/** What a strategy may need to know of the request. */
export interface StrategyContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly user: UserInfo;
  readonly namespace: string;
  /** Of the namespace of the request, as this server's cache shows it; unset: the server itself writes. */
  readonly namespaceLabels?: () => Readonly<Record<string, string>>;
  /** The API version of the request ("v1"); objects handed to strategies are in the storage version. */
  readonly dryRun: boolean;
}

/** A check of an update: of the metadata, as of any object of the kind or for what may not change; or of the kind's own. */
export type UpdateCheck = 'object' | 'change' | ValidateUpdate;
/** `found`: what is wrong with the metadata. */
export type ValidateUpdate = (
  object: KubeObject,
  old: KubeObject,
  context: StrategyContext,
  found: readonly FieldError[],
) => FieldError[];

export interface UpdateStrategy {
  /**
   * What upstream's validation of the kind checks of the metadata, in its order, after both have been checked for all kinds:
   * each cause is there again. Own checks among them are those that do not come last, where `validateUpdate` does.
   * Default: change and object; for writes through a subresource: change.
   */
  readonly metadataOnUpdate?: readonly UpdateCheck[];
  /** Runs on the decoded, defaulted object before validation: drops what the writer may not set, bumps generation. Mutates `object`. */
  prepareForUpdate?(object: KubeObject, old: KubeObject, context: StrategyContext): void;
  readonly validateUpdate?: ValidateUpdate;
  warningsOnUpdate?(object: KubeObject, old: KubeObject): string[];
}

/** All objects are in the storage version; the generic store checks metadata (names, labels, immutables) itself before `validate`. */
export interface Strategy extends UpdateStrategy {
  /** Messages for a bad name, upstream's wording; default: DNS-1123 subdomain. `prefix`: a generateName is checked. */
  readonly validateName?: (name: string, prefix: boolean, object: KubeObject) => readonly string[];
  /** A generateName is the name: nothing may be put behind an address. Default: a name is made from it. */
  readonly takesPrefixAsName?: boolean;
  /** Finalizers need not be qualified names: default false. */
  readonly anyFinalizers?: boolean;
  prepareForCreate?(object: KubeObject, context: StrategyContext): void;
  /** The kind's own validation does not look at the metadata: what all kinds have in common is checked when it is content. */
  readonly metadataLast?: boolean;
  /** What the kind's own validation checks before it looks at the metadata. */
  readonly validateBeforeMetadata?: (object: KubeObject, context: StrategyContext) => FieldError[];
  validate?(object: KubeObject, context: StrategyContext, found: readonly FieldError[]): FieldError[];
  warningsOnCreate?(object: KubeObject): string[];
  /** Normalises after validation. Mutates. */
  canonicalize?(object: KubeObject): void;
  /** PUT to a name that does not exist creates it (leases, nodes' status …): default false. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without resourceVersion is accepted: default true. */
  readonly allowUnconditionalUpdate?: boolean;
  /** The resource has a status half that only /status writes: create clears it, update keeps the old one. Default: whether a status subresource exists. */
  readonly resetStatus?: boolean;
  /** metadata.generation: 1 on create, +1 when anything but metadata and status changes. Default: false (strategies say). */
  readonly generation?: boolean;
  /** Grace period of a delete: returns seconds to wait (0: at once); absent: no graceful deletion. Pods have it. May mutate `options`. */
  checkGracefulDelete?(object: KubeObject, options: { gracePeriodSeconds?: number }, context: StrategyContext): number;
  /** Finalizers outside metadata (a namespace's spec.finalizers) still hold the object: a delete only marks it, through `markDeleting`. */
  hasPendingFinalizers?(object: KubeObject): boolean;
  /** What a delete that must wait changes beside deletionTimestamp (a namespace's phase Terminating). Mutates. */
  markDeleting?(object: KubeObject): void;
  /** The first delete only marks the object, and calls this to say what it must wait for. Mutates. */
  beginDeletion?(object: KubeObject, context: StrategyContext): void;
  /** DELETE answers with the deleted object instead of a Status. */
  readonly returnDeletedObject?: boolean;
  /** Finalizers that delete options imply are put by the store; this adds the strategy's default policy: "orphan" for old controllers. */
  readonly defaultGarbageCollectionPolicy?: 'OrphanDependents' | 'DeleteDependents' | 'Unsupported';
  /** Of a delete that says nothing of its dependents. */
  readonly warningsOnUnstatedPropagation?: readonly string[];
}
