/** What happens to an object whose owners may have gone: the rule of garbage collection, as a pure function. */
import type { ObjectMeta, OwnerReference } from '../../apimachinery/meta/object.ts';

/** Of an owner that a reference names. */
export type OwnerState =
  /** It is there, and stays or lets its dependents go. */
  | 'solid'
  /** It is not there. */
  | 'absent'
  /** It is there until its dependents have gone. */
  | 'waiting';

export interface OwnedObject {
  readonly metadata: ObjectMeta;
  readonly stateOf: (reference: OwnerReference) => OwnerState;
  readonly hasDependents: boolean;
  /** One of its dependents waits for dependents of its own: perhaps for this object. */
  readonly dependentWaits: boolean;
}

export type Decision =
  | { readonly do: 'keep' }
  /** What is left of its references. */
  | { readonly do: 'release'; readonly owners: readonly OwnerReference[] }
  | {
      readonly do: 'delete';
      readonly propagationPolicy: 'Orphan' | 'Background' | 'Foreground';
      /** Written before: its references must not block owners any more, or two would wait for each other. */
      readonly unblocked?: readonly OwnerReference[];
    };

export function decide({ metadata, stateOf, hasDependents, dependentWaits }: OwnedObject): Decision {
  const { ownerReferences = [], finalizers = [] } = metadata;
  if (ownerReferences.length === 0) return { do: 'keep' };
  const states = new Map(ownerReferences.map((reference) => [reference, stateOf(reference)]));
  const isIn = (wanted: OwnerState) => [...states.values()].includes(wanted);
  if (isIn('solid')) {
    if (!isIn('absent') && !isIn('waiting')) return { do: 'keep' };
    return { do: 'release', owners: ownerReferences.filter((reference) => states.get(reference) === 'solid') };
  }
  if (isIn('waiting') && hasDependents) {
    const unblocked = ownerReferences.map((reference) => ({ ...reference, blockOwnerDeletion: false }));
    return { do: 'delete', propagationPolicy: 'Foreground', ...(dependentWaits ? { unblocked } : {}) };
  }
  if (finalizers.includes('orphan')) return { do: 'delete', propagationPolicy: 'Orphan' };
  if (finalizers.includes('foregroundDeletion')) return { do: 'delete', propagationPolicy: 'Foreground' };
  return { do: 'delete', propagationPolicy: 'Background' };
}
