/** Differences that are meant to be, each with its reason. Everything else the tool finds is a bug on one side. */
import type { Difference } from './compare.ts';

export interface Explanation {
  /** Matches the name of the case. */
  readonly case: RegExp;
  /** Matches the path of the difference. */
  readonly path: RegExp;
  readonly reason: string;
}

export const explanations: readonly Explanation[] = [];

export function explain(difference: Difference, known: readonly Explanation[] = explanations): Explanation | undefined {
  return known.find(({ case: name, path }) => name.test(difference.case) && path.test(difference.path));
}
