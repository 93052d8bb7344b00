/** A selector with a key, by which counts of what it matches are kept. */
import type { KeyedMatcher } from '../../../backends/scheduler/interface.ts';
import type { LabelSelector } from '../../apimachinery/labels/selector.ts';

export function keyed(selector: LabelSelector): KeyedMatcher {
  // Nothing and everything have the same text.
  const key = selector.matchesNothing ? '!' : selector.toString();
  return { key, matches: (labels) => selector.matches(labels) };
}
