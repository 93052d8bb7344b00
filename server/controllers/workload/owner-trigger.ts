/** An event of a dependent makes its controller due; one of an orphan, everybody who might adopt it. */
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { Informer } from '../../client/informer.ts';
import { keyOf, type Stored } from '../../client/lister.ts';
import { type Change, on, type Trigger } from '../reconciler.ts';
import { controllerOf, resolveController } from './owner-reference.ts';

export interface OwnerTriggerOptions<O, T> {
  readonly owners: Informer<O>;
  readonly dependents: Informer<T>;
  readonly selectorOf: (owner: O) => LabelSelector;
}

export function onDependents<O extends Stored, T extends Stored>(options: OwnerTriggerOptions<O, T>): Trigger {
  return on(options.dependents, (change) => ownersOf(change, options));
}

export function ownersOf<O extends Stored, T extends Stored>(
  { object, before, deleted }: Change<T>,
  { owners, selectorOf }: Pick<OwnerTriggerOptions<O, T>, 'owners' | 'selectorOf'>,
): string[] {
  const { namespace, labels } = object.metadata;
  const keys: string[] = [];
  const reference = controllerOf(object);
  const referenceBefore = before === undefined ? undefined : controllerOf(before);
  const changesHands = before !== undefined && reference?.uid !== referenceBefore?.uid;
  if (changesHands) {
    const owner = resolveController(referenceBefore, { owners, namespace });
    if (owner !== undefined) keys.push(keyOf(owner));
  }
  if (reference !== undefined) {
    const owner = resolveController(reference, { owners, namespace });
    if (owner !== undefined) keys.push(keyOf(owner));
    return keys;
  }
  if (deleted || object.metadata.deletionTimestamp !== undefined) return keys;
  if (before !== undefined && !changesHands && jsonEquals(before.metadata.labels, labels)) return keys;
  if (labels === undefined) return keys;
  for (const owner of owners.lister.list(namespace)) {
    const selector = selectorOf(owner);
    if (!selector.isEmpty && selector.matches(labels)) keys.push(keyOf(owner));
  }
  return keys;
}
