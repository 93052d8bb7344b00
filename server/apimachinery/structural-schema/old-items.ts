/** Which item of a list before an update corresponds to one after it: only lists of type map tell, by their keys. */
import type { JsonValue } from '../json.ts';
import { keysOf, sortedText } from './list-types.ts';
import type { Structural } from './structural.ts';

/** The value that stood in the same place before the update; undefined where no place corresponds. */
export type OldValue = { readonly value: JsonValue } | undefined;

export function oldItemsOf({ listType, mapKeys }: Structural, old: OldValue): (item: JsonValue) => OldValue {
  if (listType !== 'map' || old === undefined || !Array.isArray(old.value)) return () => undefined;
  const byKeys = new Map(old.value.map((value) => [sortedText(keysOf(value, mapKeys)), { value }]));
  return (item) => byKeys.get(sortedText(keysOf(item, mapKeys)));
}
