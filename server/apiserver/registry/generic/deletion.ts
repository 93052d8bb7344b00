/** The decisions of a delete, apart from storage: grace, finalizers that a propagation policy implies, whether the object may go now. */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../apimachinery/meta/time.ts';
import type { Strategy, StrategyContext } from './resource-definition.ts';
import type { Preconditions } from './preconditions.ts';

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly preconditions?: Preconditions;
}

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

/**
 * - `graceful`: the object was marked (or its grace shortened) and waits for whoever runs it;
 * - `pending`: a graceful deletion is under way and nothing changes;
 * - `now`: no grace applies.
 */
export type GraceDecision = 'graceful' | 'pending' | 'now';

/** Marks `object` for graceful deletion where its strategy asks for it. Mutates `object` and `options`. */
export function beginGracefulDeletion(
  strategy: Strategy,
  object: KubeObject,
  options: DeleteOptions,
  context: StrategyContext,
): GraceDecision {
  if (strategy.checkGracefulDelete === undefined) return 'now';
  const meta = object.metadata;
  if (meta.deletionTimestamp !== undefined) {
    const promised = meta.deletionGracePeriodSeconds ?? 0;
    if (promised === 0) return 'now';
    // Only a shorter grace may be asked for; the mark moves back by the difference.
    if (options.gracePeriodSeconds === undefined || options.gracePeriodSeconds >= promised) return 'pending';
    const marked = Date.parse(meta.deletionTimestamp) - promised * 1000;
    meta.deletionTimestamp = formatTime(marked + options.gracePeriodSeconds * 1000);
    meta.deletionGracePeriodSeconds = options.gracePeriodSeconds;
    return 'graceful';
  }
  const seconds = strategy.checkGracefulDelete(object, options, context);
  if (seconds <= 0) return 'now';
  meta.deletionTimestamp = formatTime(context.clock.now() + seconds * 1000);
  meta.deletionGracePeriodSeconds = seconds;
  if ((meta.generation ?? 0) > 0) meta.generation = (meta.generation ?? 0) + 1;
  return 'graceful';
}

/** Finalizers after the options' propagation policy; the same array when nothing changes. */
export function finalizersForDeletion(strategy: Strategy, object: KubeObject, options: DeleteOptions): string[] {
  const finalizers = object.metadata.finalizers ?? [];
  const orphan = wantsOrphans(strategy, finalizers, options);
  const foreground = wantsForeground(finalizers, options);
  const kept = finalizers.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  if (orphan) kept.push(orphanFinalizer);
  if (foreground) kept.push(foregroundFinalizer);
  const same = kept.length === finalizers.length && kept.every((name) => finalizers.includes(name));
  return same ? finalizers : kept;
}

function wantsOrphans(strategy: Strategy, finalizers: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Orphan';
  if (finalizers.includes(orphanFinalizer)) return true;
  if (finalizers.includes(foregroundFinalizer)) return false;
  return strategy.defaultGarbageCollectionPolicy === 'OrphanDependents';
}

function wantsForeground(finalizers: readonly string[], options: DeleteOptions): boolean {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagationPolicy !== undefined) return options.propagationPolicy === 'Foreground';
  return finalizers.includes(foregroundFinalizer) && !finalizers.includes(orphanFinalizer);
}

/** A deletion that must wait for finalizers: time stamp, no grace, generation. Mutates. */
export function markDeleting(strategy: Strategy, object: KubeObject, context: StrategyContext): void {
  const meta = object.metadata;
  if (meta.deletionTimestamp === undefined) {
    meta.deletionTimestamp = formatTime(context.clock.now());
    if ((meta.generation ?? 0) > 0) meta.generation = (meta.generation ?? 0) + 1;
  }
  meta.deletionGracePeriodSeconds ??= 0;
  strategy.markDeleting?.(object);
}

/** Nothing holds the object any more once it is marked. */
export function isHeld(strategy: Strategy, object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) > 0 || strategy.hasPendingFinalizers?.(object) === true;
}
