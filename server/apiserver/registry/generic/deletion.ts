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
 * - `graceful`: the object was marked (or its grace shortened); with a grace of 0 it may go now, else it waits for whoever runs it;
 * - `pending`: a graceful deletion is under way and nothing changes;
 * - `now`: no grace applies.
 */
type GraceDecision = 'graceful' | 'pending' | 'now';

/** True: the object may go now; false: it was marked and must wait; undefined: it waits already. Mutates `object` and `options`. */
export function prepareDelete(
  strategy: Strategy,
  object: KubeObject,
  options: DeleteOptions,
  context: StrategyContext,
): boolean | undefined {
  if (object.metadata.deletionTimestamp === undefined) {
    if (strategy.beginDeletion !== undefined) {
      object.metadata.deletionTimestamp = formatTime(context.clock.now());
      strategy.beginDeletion(object, context);
      return false;
    }
    if (strategy.hasPendingFinalizers !== undefined) {
      setFinalizers(object, finalizersForDeletion(strategy, object, options));
      markTerminating(strategy, object, context);
      return false;
    }
  }
  const before = object.metadata.finalizers;
  const grace = beginGracefulDeletion(strategy, object, options, context);
  if (grace === 'pending') return undefined;
  setFinalizers(object, finalizersForDeletion(strategy, object, options));
  const isWanted = isHeld(strategy, object);
  if (grace === 'graceful') return !isWanted && object.metadata.deletionGracePeriodSeconds === 0;
  if (isWanted) markDeleting(object, context);
  // A policy that lifts the last finalizer is not written down: what is deleted is what was there.
  else if (before !== undefined) object.metadata.finalizers = before;
  return !isWanted;
}

function setFinalizers(object: KubeObject, finalizers: string[]): void {
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
}

/** Marks `object` for graceful deletion where its strategy asks for it. Mutates `object` and `options`. */
function beginGracefulDeletion(
  strategy: Strategy,
  object: KubeObject,
  options: DeleteOptions,
  context: StrategyContext,
): GraceDecision {
  if (strategy.checkGracefulDelete === undefined) return 'now';
  const meta = object.metadata;
  if (meta.deletionTimestamp !== undefined) return shortenGrace(object, options, context);
  const seconds = strategy.checkGracefulDelete(object, options, context);
  meta.deletionTimestamp = formatTime(context.clock.now() + seconds * 1000);
  meta.deletionGracePeriodSeconds = seconds;
  if ((meta.generation ?? 0) > 0) meta.generation = (meta.generation ?? 0) + 1;
  return 'graceful';
}

function shortenGrace(object: KubeObject, options: DeleteOptions, context: StrategyContext): GraceDecision {
  const meta = object.metadata;
  const promised = meta.deletionGracePeriodSeconds ?? 0;
  if (promised === 0) return 'now';
  let seconds = options.gracePeriodSeconds;
  if (seconds === undefined || seconds >= promised) return 'pending';
  // The mark moves back by the difference, but not into the past.
  const now = context.clock.now();
  let deadline = Date.parse(meta.deletionTimestamp ?? '') + (seconds - promised) * 1000;
  if (deadline < now) {
    deadline = now;
    // Somebody still has to see that the time is up, and to finish.
    if (seconds !== 0) seconds = 1;
  }
  meta.deletionTimestamp = formatTime(deadline);
  meta.deletionGracePeriodSeconds = seconds;
  return 'graceful';
}

/** Finalizers after the options' propagation policy; the same array when nothing changes. */
function finalizersForDeletion(strategy: Strategy, object: KubeObject, options: DeleteOptions): string[] {
  const finalizers = object.metadata.finalizers ?? [];
  if (strategy.defaultGarbageCollectionPolicy === 'Unsupported') return finalizers.filter((name) => !isPolicy(name));
  const orphan = wantsOrphans(strategy, finalizers, options);
  const foreground = wantsForeground(finalizers, options);
  const kept = finalizers.filter((name) => !isPolicy(name));
  if (orphan) kept.push(orphanFinalizer);
  if (foreground) kept.push(foregroundFinalizer);
  const same = kept.length === finalizers.length && kept.every((name) => finalizers.includes(name));
  return same ? finalizers : kept;
}

function isPolicy(finalizer: string): boolean {
  return finalizer === orphanFinalizer || finalizer === foregroundFinalizer;
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
function markDeleting(object: KubeObject, context: StrategyContext): void {
  const meta = object.metadata;
  const now = context.clock.now();
  if (meta.deletionTimestamp === undefined && (meta.generation ?? 0) > 0) meta.generation = (meta.generation ?? 0) + 1;
  if (meta.deletionTimestamp === undefined || Date.parse(meta.deletionTimestamp) > now)
    meta.deletionTimestamp = formatTime(now);
  meta.deletionGracePeriodSeconds = 0;
}

/** The first delete of a namespace marks it and nothing more, even where nothing holds it: grace means nothing to it. Mutates. */
function markTerminating(strategy: Strategy, object: KubeObject, context: StrategyContext): void {
  object.metadata.deletionTimestamp ??= formatTime(context.clock.now());
  strategy.markDeleting?.(object);
}

/** Nothing holds the object any more once it is marked. */
export function isHeld(strategy: Strategy, object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) > 0 || strategy.hasPendingFinalizers?.(object) === true;
}
