/** The one generation that upstream counts by exact comparison: a list that is sent empty differs from one that is unset. */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { hasEmpties } from '../../../apimachinery/schema/sent-empties.ts';

/** Mutates `configuration`. */
export function countEmptiesAsChange(configuration: KubeObject, old: KubeObject): void {
  if (hasEmpties(configuration.webhooks)) configuration.metadata.generation = (old.metadata.generation ?? 0) + 1;
}
