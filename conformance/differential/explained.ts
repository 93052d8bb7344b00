/** Differences that are meant to be, each with its reason. Everything else the tool finds is a bug on one side. */
import type { Difference } from './compare.ts';

export interface Explanation {
  /** Matches the name of the case. */
  readonly case: RegExp;
  /** Matches the path of the difference. */
  readonly path: RegExp;
  readonly reason: string;
}

const any = /.?/;

export const explanations: readonly Explanation[] = [
  { case: /^health: verbose$/, path: /^body/, reason: 'the checks are named after the parts of each implementation' },
  {
    case: any,
    path: /managedFields/,
    reason: 'managedFields are kept once server-side apply is served',
  },
  {
    case: any,
    path: /columnDefinitions\[\d+\]\.description$/,
    reason: "column descriptions are Portico's own words: upstream's texts are not copied, and no client reads them",
  },
];

export function explain(difference: Difference, known: readonly Explanation[] = explanations): Explanation | undefined {
  return known.find(({ case: name, path }) => name.test(difference.case) && path.test(difference.path));
}
