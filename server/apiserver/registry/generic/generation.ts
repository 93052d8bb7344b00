/** metadata.generation where a kind has a rule of its own; most say `generation: true` in their strategy. */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';

export function startGeneration(object: KubeObject): void {
  object.metadata.generation = 1;
}

/** One up from the old object's. Mutates `object`. */
export function bumpGeneration(object: KubeObject, old: KubeObject): void {
  object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

export function specChanged(object: KubeObject, old: KubeObject): boolean {
  return !semanticallyEqual(object.spec, old.spec);
}
